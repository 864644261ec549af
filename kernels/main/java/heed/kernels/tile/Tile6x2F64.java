package heed.kernels.tile;

import static heed.kernels.tile.Lanes.D;

import jdk.incubator.vector.DoubleVector;

/// Microkernel in double: `C = A · B` for 6 rows and 2 vectors of columns, its accumulators kept in registers as in
/// [Tile6x2]: 48 against 21 GFLOP/s of 50 on AVX2.
public final class Tile6x2F64 {
    /// Columns of C and of a row of B.
    public static final int COLUMNS = 2 * D.length();

    private Tile6x2F64() {}

    /// Computes `c[i][j] = Σ_l a[i][l] · b[l][j]` for `i < 6`, `j < COLUMNS`, `l < depth`; C is contiguous.
    public static void multiply(double[] a, int aAt, int aStride, double[] b, int bAt, int depth, double[] c, int cAt) {
        int width = D.length();
        DoubleVector zero = DoubleVector.zero(D);
        DoubleVector c00 = zero, c01 = zero;
        DoubleVector c10 = zero, c11 = zero;
        DoubleVector c20 = zero, c21 = zero;
        DoubleVector c30 = zero, c31 = zero;
        DoubleVector c40 = zero, c41 = zero;
        DoubleVector c50 = zero, c51 = zero;
        int a0 = Index.at(aAt), a1 = Index.at(a0 + aStride), a2 = Index.at(a1 + aStride);
        int a3 = Index.at(a2 + aStride), a4 = Index.at(a3 + aStride), a5 = Index.at(a4 + aStride);
        int bBegin = Index.at(bAt), steps = Index.steps(depth);
        int never = ~bAt; // negative, which the compiler cannot know
        for (int l = 0; l < steps; l++) {
            int bRow = bBegin + l * COLUMNS;
            DoubleVector b0 = DoubleVector.fromArray(D, b, bRow);
            DoubleVector b1 = DoubleVector.fromArray(D, b, bRow + width);
            DoubleVector x = DoubleVector.broadcast(D, a[a0 + l]);
            c00 = x.fma(b0, c00);
            c01 = x.fma(b1, c01);
            x = DoubleVector.broadcast(D, a[a1 + l]);
            c10 = x.fma(b0, c10);
            c11 = x.fma(b1, c11);
            if (l == never) {
                break;
            }
            x = DoubleVector.broadcast(D, a[a2 + l]);
            c20 = x.fma(b0, c20);
            c21 = x.fma(b1, c21);
            x = DoubleVector.broadcast(D, a[a3 + l]);
            c30 = x.fma(b0, c30);
            c31 = x.fma(b1, c31);
            if (l == never - 1) {
                break;
            }
            x = DoubleVector.broadcast(D, a[a4 + l]);
            c40 = x.fma(b0, c40);
            c41 = x.fma(b1, c41);
            x = DoubleVector.broadcast(D, a[a5 + l]);
            c50 = x.fma(b0, c50);
            c51 = x.fma(b1, c51);
        }
        int c0 = cAt, c1 = c0 + COLUMNS, c2 = c1 + COLUMNS, c3 = c2 + COLUMNS, c4 = c3 + COLUMNS, c5 = c4 + COLUMNS;
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + width);
        c10.intoArray(c, c1);
        c11.intoArray(c, c1 + width);
        c20.intoArray(c, c2);
        c21.intoArray(c, c2 + width);
        c30.intoArray(c, c3);
        c31.intoArray(c, c3 + width);
        c40.intoArray(c, c4);
        c41.intoArray(c, c4 + width);
        c50.intoArray(c, c5);
        c51.intoArray(c, c5 + width);
    }
}
