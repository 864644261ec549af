package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;

/// Microkernel: `C = A · B` for 6 rows and a vector of columns.
///
/// The remainder of columns: 6 multiply-adds for 7 loads, still enough chains to cover the latency of one.
/// C is stored, not added to: 24 more loads would pass the compiler's node budget, which boxes every vector
/// (12 instead of 110 GFLOP/s seen); adding is [RowMath]'s, once for hundreds of steps. Each element is one chain of
/// multiply-adds over `l`, so its bits do not depend on the tile's shape.
public final class Tile6x1 {
    private Tile6x1() {}

    /// Computes `c[i][j] = Σ_l a[i][l] · b[l][j]` for `i < 6`, `j < WIDTH`, `l < depth`.
    ///
    /// @param aStride elements from one row of A to the next; A is row-major, B contiguous
    /// @param cStride elements from one row of C to the next
    public static void multiply(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero;
        FloatVector c10 = zero;
        FloatVector c20 = zero;
        FloatVector c30 = zero;
        FloatVector c40 = zero;
        FloatVector c50 = zero;
        int a0 = aAt, a1 = a0 + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride, a5 = a4 + aStride;
        for (int l = 0; l < depth; l++) {
            int bRow = bAt + l * WIDTH;
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
