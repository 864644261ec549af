package heed.studies.relu;

import heed.studies.math.Matrix;
import java.util.Arrays;

/// `xy` on [-M, M]², by squares: `2M²[f(|x+y|/2M) − f(|x|/2M) − f(|y|/2M)]`; an absolute value is two gates.
///
/// @param bound M
/// @param square f
record Product(double bound, Square square) {
    /// Largest error with gates off by at most `gate`: `6M²(2^(−2m−2) + 1.25 gate)`, and what the absolute
    /// values are off by, each at most `gate`, times the slope of its square, at most 2, over 2M.
    double error(double gate) {
        return 6 * bound * bound * (square.error() + 1.25 * gate) + 6 * bound * gate;
    }

    /// Of each pair.
    double[] of(Gates gates, double[] x, double[] y) {
        double[] sums = new double[x.length];
        Arrays.setAll(sums, i -> x[i] + y[i]);
        double[] both = half(gates, sums);
        double[] first = half(gates, x);
        double[] second = half(gates, y);
        double[] product = new double[x.length];
        Arrays.setAll(product, i -> 2 * bound * bound * (both[i] - first[i] - second[i]));
        return product;
    }

    /// `f(|z|/2M)`.
    private double[] half(Gates gates, double[] z) {
        Matrix signed = Matrix.zeros(z.length, 2);
        for (int i = 0; i < z.length; i++) {
            signed.set(i, 0, z[i]);
            signed.set(i, 1, -z[i]);
        }
        Matrix parts = gates.of(signed);
        double[] absolute = new double[z.length];
        Arrays.setAll(absolute, i -> (parts.get(i, 0) + parts.get(i, 1)) / (2 * bound));
        return square.of(gates, absolute);
    }
}
