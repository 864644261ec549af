package heed.studies.relu;

import heed.studies.math.Matrix;
import java.util.Arrays;

/// What makes a positive part of each element.
sealed interface Gates permits Gates.Exact, AttentionGates {
    /// `r(x)` of each element, or what comes near it; rows are inputs, columns gates.
    Matrix of(Matrix inputs);

    /// The same of one gate for each of `inputs`.
    default double[] of(double[] inputs) {
        return of(Matrix.of(inputs.length, 1, inputs)).elements();
    }

    /// `max(x, 0)` itself, to compare with.
    record Exact() implements Gates {
        @Override
        public Matrix of(Matrix inputs) {
            Matrix parts = inputs.copy();
            Arrays.setAll(parts.elements(), n -> Math.max(inputs.elements()[n], 0));
            return parts;
        }
    }
}
