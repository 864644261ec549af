package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;

/// Microkernel: `C = A · B` for 6 rows and 2 vectors of columns.
///
/// 12 accumulators, 2 vectors of B and one broadcast fill 15 of 16 registers: 12 multiply-adds for 8 loads.
/// The compiler would begin a step with all six broadcasts, as its scheduler does not count the accumulators that a
/// loop carries, and spill some of those: 40 of 102 GFLOP/s, under some collectors and not under others. It moves
/// nothing across a branch, so two that are never taken keep two broadcasts together: 93 GFLOP/s under all.
///
/// C is stored, not added to: adding is [RowMath]'s, once for hundreds of steps. Each element is one chain of
/// multiply-adds over `l`, so its bits do not depend on the tile's shape.
public final class Tile6x2 {
    private Tile6x2() {}

    /// Computes `c[i][j] = Σ_l a[i][l] · b[l][j]` for `i < 6`, `j < 2 · WIDTH`, `l < depth`.
    ///
    /// @param aStride elements from one row of A to the next; A is row-major, B contiguous
    /// @param cStride elements from one row of C to the next
    public static void multiply(
            float[] a, int aAt, int aStride, float[] b, int bAt, int depth, float[] c, int cAt, int cStride) {
        FloatVector zero = FloatVector.zero(F);
        FloatVector c00 = zero, c01 = zero;
        FloatVector c10 = zero, c11 = zero;
        FloatVector c20 = zero, c21 = zero;
        FloatVector c30 = zero, c31 = zero;
        FloatVector c40 = zero, c41 = zero;
        FloatVector c50 = zero, c51 = zero;
        int a0 = aAt, a1 = a0 + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride, a5 = a4 + aStride;
        int never = ~bAt; // negative, which the compiler cannot know
        for (int l = 0; l < depth; l++) {
            int bRow = bAt + l * 2 * WIDTH;
            FloatVector b0 = FloatVector.fromArray(F, b, bRow);
            FloatVector b1 = FloatVector.fromArray(F, b, bRow + WIDTH);
            FloatVector x = FloatVector.broadcast(F, a[a0 + l]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = FloatVector.broadcast(F, a[a1 + l]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            if (l == never) {
                break;
            }
            x = FloatVector.broadcast(F, a[a2 + l]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = FloatVector.broadcast(F, a[a3 + l]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            if (l == never - 1) {
                break;
            }
            x = FloatVector.broadcast(F, a[a4 + l]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = FloatVector.broadcast(F, a[a5 + l]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        int c0 = cAt, c1 = c0 + cStride, c2 = c1 + cStride, c3 = c2 + cStride, c4 = c3 + cStride, c5 = c4 + cStride;
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c10.intoArray(c, c1);
        c11.intoArray(c, c1 + WIDTH);
        c20.intoArray(c, c2);
        c21.intoArray(c, c2 + WIDTH);
        c30.intoArray(c, c3);
        c31.intoArray(c, c3 + WIDTH);
        c40.intoArray(c, c4);
        c41.intoArray(c, c4 + WIDTH);
        c50.intoArray(c, c5);
        c51.intoArray(c, c5 + WIDTH);
    }
}
