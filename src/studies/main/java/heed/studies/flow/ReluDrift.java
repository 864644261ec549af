package heed.studies.flow;

import heed.studies.math.Matrix;

/// Scores that are cut at zero instead of a softmax: `Σ_j max(⟨x_i,x_j⟩, 0) x_j / n`.
record ReluDrift() implements Drift {
    @Override
    public Matrix of(Matrix tokens) {
        Matrix scores = tokens.times(tokens.transposed());
        double[] elements = scores.elements();
        for (int n = 0; n < elements.length; n++) {
            elements[n] = Math.max(elements[n], 0) / tokens.rows();
        }
        return scores.times(tokens);
    }
}
