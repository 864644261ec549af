package heed.studies.relu;

import heed.studies.math.Matrix;

/// `x²` on [0, 1] by 3m gates, after Yarotsky: `f_m = x − Σ_(s≤m) g^(s)(x)/4^s`, `g(y) = 2r(y) − 4r(y−½) +
/// 2r(y−1)` the tent, applied s times. f_m joins the points of x² at multiples of 2^-m by lines: its error
/// is `2^(−2m−2)`.
///
/// @param levels m
record Square(int levels) {
    /// Largest error with exact gates.
    double error() {
        return Math.pow(2, -2.0 * levels - 2);
    }

    /// How many gates one square takes.
    int gates() {
        return 3 * levels;
    }

    /// Of each of `inputs`.
    double[] of(Gates gates, double[] inputs) {
        double[] sum = inputs.clone();
        double[] tent = inputs;
        double weight = 1;
        for (int s = 0; s < levels; s++) {
            tent = tent(gates, tent);
            weight /= 4;
            for (int i = 0; i < sum.length; i++) {
                sum[i] -= weight * tent[i];
            }
        }
        return sum;
    }

    private static double[] tent(Gates gates, double[] inputs) {
        Matrix shifted = Matrix.zeros(inputs.length, 3);
        for (int i = 0; i < inputs.length; i++) {
            for (int k = 0; k < 3; k++) {
                shifted.set(i, k, inputs[i] - k / 2.0);
            }
        }
        Matrix parts = gates.of(shifted);
        double[] tent = new double[inputs.length];
        for (int i = 0; i < tent.length; i++) {
            tent[i] = 2 * parts.get(i, 0) - 4 * parts.get(i, 1) + 2 * parts.get(i, 2);
        }
        return tent;
    }
}
