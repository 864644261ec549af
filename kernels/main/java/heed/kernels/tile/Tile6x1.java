package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;

/// Six rows and a vector of columns: the remainder, 6 multiply-adds for 7 loads, still enough chains to cover the
/// latency of one.
public final class Tile6x1 implements RegisterTile {
    /// One for all.
    public Tile6x1() {}

    @Override
    public void multiply(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero;
        FloatVector c10 = zero;
        FloatVector c20 = zero;
        FloatVector c30 = zero;
        FloatVector c40 = zero;
        FloatVector c50 = zero;
        int a0 = Index.at(aAt), a1 = Index.at(a0 + aStride), a2 = Index.at(a1 + aStride);
        int a3 = Index.at(a2 + aStride), a4 = Index.at(a3 + aStride), a5 = Index.at(a4 + aStride);
        int bBegin = Index.at(bAt), steps = Index.steps(depth);
        for (int l = 0; l < steps; l++) {
            int bRow = bBegin + l * WIDTH;
            FloatVector b0 = FloatVector.fromArray(F, b, bRow);
            FloatVector x = FloatVector.broadcast(F, a[a0 + l]);
            c00 = x.fma(b0, c00);
            x = FloatVector.broadcast(F, a[a1 + l]);
            c10 = x.fma(b0, c10);
            x = FloatVector.broadcast(F, a[a2 + l]);
            c20 = x.fma(b0, c20);
            x = FloatVector.broadcast(F, a[a3 + l]);
            c30 = x.fma(b0, c30);
            x = FloatVector.broadcast(F, a[a4 + l]);
            c40 = x.fma(b0, c40);
            x = FloatVector.broadcast(F, a[a5 + l]);
            c50 = x.fma(b0, c50);
        }
        int c0 = cAt, c1 = c0 + cStride, c2 = c1 + cStride, c3 = c2 + cStride, c4 = c3 + cStride, c5 = c4 + cStride;
        c00.intoArray(c, c0);
        c10.intoArray(c, c1);
        c20.intoArray(c, c2);
        c30.intoArray(c, c3);
        c40.intoArray(c, c4);
        c50.intoArray(c, c5);
    }
}
