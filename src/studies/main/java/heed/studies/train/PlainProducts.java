package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.Arrays;

/// Products by plain loops that the compiler makes vectors of: four rows of the result at a time, by four
/// terms of their sums.
///
/// **Reads and writes** of the inner loop, for 16 multiplications: four rows of B and the four of the result,
/// which stay in the first-level cache. All of these are arrays of their own with one index, for the compiler
/// would have to think that two places of one array overlap, and would leave the loop as it is (JDK-8324751).
/// So B is copied, and turned over if it is to be transposed; A is read in place, an element for each row of
/// B.
final class PlainProducts {
    private static final int TILE = 4;

    private double[][] right = {};
    private double[][] sums = new double[TILE][0];

    /// Computes `c = op(a) · op(b) + beta · c` for `beta` 0 or 1, op the transpose or nothing.
    void run(Operand a, Operand b, double beta, Matrix c) {
        load(b, c.columns());
        for (int i = 0; i < c.rows(); i += TILE) {
            int rows = Math.min(TILE, c.rows() - i);
            for (int r = 0; r < rows; r++) {
                if (beta == 0) {
                    Arrays.fill(sums[r], 0);
                } else {
                    System.arraycopy(c.elements(), c.at(i + r), sums[r], 0, c.columns());
                }
            }
            rows(a, i, rows, b.rows(), c.columns());
            for (int r = 0; r < rows; r++) {
                System.arraycopy(sums[r], 0, c.elements(), c.at(i + r), c.columns());
            }
        }
    }

    /// A matrix or its transpose, which is the other stride.
    record Operand(Matrix matrix, boolean transposed) {
        int rows() {
            return transposed ? matrix.columns() : matrix.rows();
        }

        int columns() {
            return transposed ? matrix.rows() : matrix.columns();
        }

        int rowStride() {
            return transposed ? 1 : matrix.columns();
        }

        int columnStride() {
            return transposed ? matrix.columns() : 1;
        }

        @Override
        public String toString() {
            return "[%d, %d]".formatted(rows(), columns());
        }
    }

    private void load(Operand b, int columns) {
        if (right.length < b.rows() || sums[0].length < columns) {
            int room = Math.max(columns, sums[0].length);
            right = new double[Math.max(b.rows(), right.length)][room];
            sums = new double[TILE][room];
        }
        double[] from = b.matrix.elements();
        for (int l = 0; l < b.rows(); l++) {
            if (b.transposed) {
                for (int j = 0; j < columns; j++) {
                    right[l][j] = from[b.matrix.at(j) + l];
                }
            } else {
                System.arraycopy(from, b.matrix.at(l), right[l], 0, columns);
            }
        }
    }

    /// Adds to the sums of rows `i … i + rows`; a row that there is not is the last one again, and is not
    /// stored.
    private void rows(Operand a, int i, int rows, int depth, int columns) {
        double[] x = a.matrix.elements();
        int step = a.columnStride();
        int at0 = i * a.rowStride();
        int at1 = at0 + Math.min(1, rows - 1) * a.rowStride();
        int at2 = at0 + Math.min(2, rows - 1) * a.rowStride();
        int at3 = at0 + Math.min(3, rows - 1) * a.rowStride();
        int whole = depth / TILE * TILE;
        for (int l = 0; l < whole; l += TILE) {
            int n = l * step;
            tile(x, at0 + n, at1 + n, at2 + n, at3 + n, step, l, columns);
        }
        for (int l = whole; l < depth; l++) {
            int n = l * step;
            column(x[at0 + n], x[at1 + n], x[at2 + n], x[at3 + n], right[l], columns);
        }
    }

    private void tile(double[] x, int at0, int at1, int at2, int at3, int step, int l, int columns) {
        double[] b0 = right[l], b1 = right[l + 1], b2 = right[l + 2], b3 = right[l + 3];
        double[] y0 = sums[0], y1 = sums[1], y2 = sums[2], y3 = sums[3];
        double x00 = x[at0], x01 = x[at0 + step], x02 = x[at0 + 2 * step], x03 = x[at0 + 3 * step];
        double x10 = x[at1], x11 = x[at1 + step], x12 = x[at1 + 2 * step], x13 = x[at1 + 3 * step];
        double x20 = x[at2], x21 = x[at2 + step], x22 = x[at2 + 2 * step], x23 = x[at2 + 3 * step];
        double x30 = x[at3], x31 = x[at3 + step], x32 = x[at3 + 2 * step], x33 = x[at3 + 3 * step];
        for (int j = 0; j < columns; j++) {
            double v0 = b0[j], v1 = b1[j], v2 = b2[j], v3 = b3[j];
            y0[j] = Math.fma(x03, v3, Math.fma(x02, v2, Math.fma(x01, v1, Math.fma(x00, v0, y0[j]))));
            y1[j] = Math.fma(x13, v3, Math.fma(x12, v2, Math.fma(x11, v1, Math.fma(x10, v0, y1[j]))));
            y2[j] = Math.fma(x23, v3, Math.fma(x22, v2, Math.fma(x21, v1, Math.fma(x20, v0, y2[j]))));
            y3[j] = Math.fma(x33, v3, Math.fma(x32, v2, Math.fma(x31, v1, Math.fma(x30, v0, y3[j]))));
        }
    }

    /// One term of the sums.
    private void column(double x0, double x1, double x2, double x3, double[] b, int columns) {
        double[] y0 = sums[0], y1 = sums[1], y2 = sums[2], y3 = sums[3];
        for (int j = 0; j < columns; j++) {
            y0[j] = Math.fma(x0, b[j], y0[j]);
            y1[j] = Math.fma(x1, b[j], y1[j]);
            y2[j] = Math.fma(x2, b[j], y2[j]);
            y3[j] = Math.fma(x3, b[j], y3[j]);
        }
    }
}
