package heed.blas;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One product with its operands as plain arrays of doubles, and the result by three loops.
///
/// The values are floats, so that single and double precision start from the same numbers.
record GemmCase(Order order, Transpose transA, Transpose transB, int m, int n, int k, double alpha, double beta) {
    /// Elements between the end of a stored line and the next: a wrong leading dimension reads them.
    static final int PADDING = 3;

    private static final int[][] SIZES = {
        {1, 1, 1}, {1, 7, 3}, {17, 5, 33}, {64, 64, 64}, {37, 127, 1}, {2, 1, 501}, {3, 130, 17}, {5, 4, 0}, {0, 3, 2}
    };
    private static final double[][] FACTORS = {{1, 0}, {0.125, 0}, {-1.5, 0.75}};

    static List<GemmCase> all() {
        List<GemmCase> cases = new ArrayList<>();
        for (int[] size : SIZES) {
            for (double[] factor : FACTORS) {
                for (Order order : Order.values()) {
                    for (Transpose a : Transpose.values()) {
                        for (Transpose b : Transpose.values()) {
                            cases.add(new GemmCase(order, a, b, size[0], size[1], size[2], factor[0], factor[1]));
                        }
                    }
                }
            }
        }
        return cases;
    }

    int lda() {
        return (rows(transA) ? k : m) + PADDING;
    }

    int ldb() {
        return (rows(transB) ? n : k) + PADDING;
    }

    int ldc() {
        return (rows(Transpose.NO_TRANS) ? n : m) + PADDING;
    }

    double[] a() {
        return values(1, lda() * (rows(transA) ? m : k));
    }

    double[] b() {
        return values(2, ldb() * (rows(transB) ? k : n));
    }

    double[] c() {
        return values(3, ldc() * (rows(Transpose.NO_TRANS) ? m : n));
    }

    /// Writes into `c` the result, and into `magnitude` the sum of the absolute values that went into each element.
    void compute(double[] a, double[] b, double[] c, double[] magnitude) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                double absolute = 0;
                for (int l = 0; l < k; l++) {
                    double product = a[at(transA, lda(), i, l)] * b[at(transB, ldb(), l, j)];
                    sum += product;
                    absolute += Math.abs(product);
                }
                int at = at(Transpose.NO_TRANS, ldc(), i, j);
                magnitude[at] = Math.abs(alpha) * absolute + Math.abs(beta * c[at]);
                c[at] = alpha * sum + beta * c[at];
            }
        }
    }

    /// The error bound of one element: a sum of `k` products in any order, then two more products and a sum.
    /// Higham, Accuracy and Stability of Numerical Algorithms, section 3.1: `γ = n u / (1 - n u)`.
    double tolerance(double unitRoundoff, double magnitude) {
        double rounding = (k + 3) * unitRoundoff;
        return rounding / (1 - rounding) * magnitude;
    }

    private boolean rows(Transpose transpose) {
        return (order == Order.ROW_MAJOR) == (transpose == Transpose.NO_TRANS);
    }

    private int at(Transpose transpose, int ld, int row, int column) {
        return rows(transpose) ? row * ld + column : column * ld + row;
    }

    private static double[] values(long seed, int length) {
        Random random = new Random(seed);
        return random.doubles(length, -1, 1).map(value -> (float) value).toArray();
    }
}
