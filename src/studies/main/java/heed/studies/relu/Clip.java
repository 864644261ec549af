package heed.studies.relu;

import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.math.Matrix;

/// `t` cut off below `low` and above `high`, by one head over anchors: keys and values that say where they
/// are, scores `−β(t−L_k)²`, so that t finds the anchors next to it.
///
/// The square of t is the same for all keys and left out: `2tL_k − L_k²`, which in float would lose the
/// difference of two large numbers, but here is double.
///
/// @param low lowest anchor
/// @param high highest anchor
/// @param anchors how many, equally far apart
/// @param kappa `βΔ²`, Δ the distance of two anchors: how sharply one is chosen
record Clip(double low, double high, int anchors, double kappa) {
    /// Distance of two anchors.
    double spacing() {
        return (high - low) / (anchors - 1);
    }

    /// Of each of `inputs`.
    double[] of(Lab lab, double[] inputs) {
        Matrix query = Matrix.zeros(inputs.length, 2);
        for (int i = 0; i < inputs.length; i++) {
            query.set(i, 0, inputs[i]);
            query.set(i, 1, 1);
        }
        Matrix key = Matrix.zeros(anchors, 2);
        Matrix value = Matrix.zeros(anchors, 1);
        for (int k = 0; k < anchors; k++) {
            double anchor = low + k * spacing();
            key.set(k, 0, 2 * anchor);
            key.set(k, 1, -anchor * anchor);
            value.set(k, 0, anchor);
        }
        double beta = kappa / (spacing() * spacing());
        try (Head head =
                new Head(lab, Head.spec(2, spec -> spec.softmaxScale(beta).valueDim(1)), inputs.length, anchors)) {
            return head.run(query, key, value).output().elements();
        }
    }

    /// What it comes near.
    double exact(double t) {
        return Math.clamp(t, low, high);
    }

    /// The largest error, over inputs a hundredth of Δ apart, from two Δ below the lowest anchor to two
    /// above the highest.
    double largestError(Lab lab) {
        double[] inputs = new double[100 * (anchors + 3) + 1];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = low + (i / 100.0 - 2) * spacing();
        }
        double[] outputs = of(lab, inputs);
        double largest = 0;
        for (int i = 0; i < inputs.length; i++) {
            largest = Math.max(largest, Math.abs(outputs[i] - exact(inputs[i])));
        }
        return largest;
    }
}
