package heed.studies.relu;

import heed.studies.math.Matrix;

/// `1/x` on [δ, 1] by lines between knots: one affine part, and a gate for each change of slope.
///
/// A line from knot a to knot b is at most `(a^(−1/2) − b^(−1/2))²` above, at √(ab). With knots at
/// `u^(−2)`, u equally far apart between `δ^(−1/2)` and 1, all pieces are off by the same, and `N =
/// ⌈(δ^(−1/2)−1)/√ε⌉` keep it below ε.
///
/// @param least δ
/// @param error ε
record Reciprocal(double least, double error) {
    /// Pieces N.
    int pieces() {
        return (int) Math.ceil((1 / Math.sqrt(least) - 1) / Math.sqrt(error));
    }

    /// Gates, N − 1.
    int gates() {
        return pieces() - 1;
    }

    /// From δ to 1.
    double[] knots() {
        int pieces = pieces();
        double first = 1 / Math.sqrt(least);
        double[] knots = new double[pieces + 1];
        for (int k = 0; k <= pieces; k++) {
            double u = first + (1 - first) * k / pieces;
            knots[k] = 1 / (u * u);
        }
        return knots;
    }

    /// Slope of the line from knot k to the next.
    private static double slope(double[] knots, int k) {
        return -1 / (knots[k] * knots[k + 1]);
    }

    /// Of each of `inputs`.
    double[] of(Gates gates, double[] inputs) {
        double[] knots = knots();
        int count = gates();
        Matrix shifted = Matrix.zeros(inputs.length, count);
        for (int i = 0; i < inputs.length; i++) {
            for (int k = 0; k < count; k++) {
                shifted.set(i, k, inputs[i] - knots[k + 1]);
            }
        }
        Matrix parts = gates.of(shifted);
        double[] outputs = new double[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            outputs[i] = 1 / knots[0] + slope(knots, 0) * (inputs[i] - knots[0]);
            for (int k = 0; k < count; k++) {
                outputs[i] += (slope(knots, k + 1) - slope(knots, k)) * parts.get(i, k);
            }
        }
        return outputs;
    }

    /// Sum of the changes of slope: what errors of gates are weighted by, less than `1/δ²`.
    double variation() {
        double[] knots = knots();
        return slope(knots, gates()) - slope(knots, 0);
    }

    /// Inputs that find the largest error: `each` in every piece.
    double[] inputs(int each) {
        double[] knots = knots();
        double[] inputs = new double[each * pieces() + 1];
        for (int i = 0; i < inputs.length - 1; i++) {
            int k = i / each;
            inputs[i] = knots[k] + (knots[k + 1] - knots[k]) * (i % each) / each;
        }
        inputs[inputs.length - 1] = 1;
        return inputs;
    }
}
