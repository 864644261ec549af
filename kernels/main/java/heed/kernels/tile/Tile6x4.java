package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;

/// Six rows and 4 vectors of columns, for 32 registers.
///
/// 24 accumulators, 4 vectors of B and one broadcast fill 29: 24 multiply-adds for 10 loads. A template of
/// [Specialised].
public final class Tile6x4 implements RegisterTile {
    private static final TileConstants CONSTANTS = TileConstants.of(MethodHandles.lookup());

    /// With the constants of this class.
    public Tile6x4() {}

    @Override
    public void multiply(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
        int aRow = CONSTANTS.aStride(aStride);
        int cRow = CONSTANTS.cStride(cStride);
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero, c02 = zero, c03 = zero, c10 = zero, c11 = zero, c12 = zero;
        FloatVector c13 = zero, c20 = zero, c21 = zero, c22 = zero, c23 = zero, c30 = zero, c31 = zero;
        FloatVector c32 = zero, c33 = zero, c40 = zero, c41 = zero, c42 = zero, c43 = zero, c50 = zero;
        FloatVector c51 = zero, c52 = zero, c53 = zero;
        int a0 = aAt, a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow, a4 = a3 + aRow, a5 = a4 + aRow;
        for (int l = 0; l < CONSTANTS.depth(depth); l++) {
            int bRow = bAt + l * 4 * WIDTH;
            FloatVector b0 = FloatVector.fromArray(F, b, bRow);
            FloatVector b1 = FloatVector.fromArray(F, b, bRow + WIDTH);
            FloatVector b2 = FloatVector.fromArray(F, b, bRow + 2 * WIDTH);
            FloatVector b3 = FloatVector.fromArray(F, b, bRow + 3 * WIDTH);
            FloatVector x = FloatVector.broadcast(F, a[a0 + l]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            c02 = x.fma(b2, c02);
            c03 = x.fma(b3, c03);
            x = FloatVector.broadcast(F, a[a1 + l]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            c12 = x.fma(b2, c12);
            c13 = x.fma(b3, c13);
            x = FloatVector.broadcast(F, a[a2 + l]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            c22 = x.fma(b2, c22);
            c23 = x.fma(b3, c23);
            x = FloatVector.broadcast(F, a[a3 + l]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            c32 = x.fma(b2, c32);
            c33 = x.fma(b3, c33);
            x = FloatVector.broadcast(F, a[a4 + l]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            c42 = x.fma(b2, c42);
            c43 = x.fma(b3, c43);
            x = FloatVector.broadcast(F, a[a5 + l]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
            c52 = x.fma(b2, c52);
            c53 = x.fma(b3, c53);
        }
        int c0 = cAt, c1 = c0 + cRow, c2 = c1 + cRow, c3 = c2 + cRow, c4 = c3 + cRow, c5 = c4 + cRow;
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c02.intoArray(c, c0 + 2 * WIDTH);
        c03.intoArray(c, c0 + 3 * WIDTH);
        c10.intoArray(c, c1);
        c11.intoArray(c, c1 + WIDTH);
        c12.intoArray(c, c1 + 2 * WIDTH);
        c13.intoArray(c, c1 + 3 * WIDTH);
        c20.intoArray(c, c2);
        c21.intoArray(c, c2 + WIDTH);
        c22.intoArray(c, c2 + 2 * WIDTH);
        c23.intoArray(c, c2 + 3 * WIDTH);
        c30.intoArray(c, c3);
        c31.intoArray(c, c3 + WIDTH);
        c32.intoArray(c, c3 + 2 * WIDTH);
        c33.intoArray(c, c3 + 3 * WIDTH);
        c40.intoArray(c, c4);
        c41.intoArray(c, c4 + WIDTH);
        c42.intoArray(c, c4 + 2 * WIDTH);
        c43.intoArray(c, c4 + 3 * WIDTH);
        c50.intoArray(c, c5);
        c51.intoArray(c, c5 + WIDTH);
        c52.intoArray(c, c5 + 2 * WIDTH);
        c53.intoArray(c, c5 + 3 * WIDTH);
    }
}
