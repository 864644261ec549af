package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// A matrix that is trained.
///
/// @param name says which, in checkpoints and messages
/// @param value its elements, which optimisers change in place
/// @param gradient that of the loss, of the same shape; layers add to it, [Optimiser#clear] sets it to 0
/// @param decays whether weight decay applies
public record Parameter(String name, Matrix value, Matrix gradient, boolean decays) {
    /// Checks the shapes.
    public Parameter {
        if (gradient.rows() != value.rows() || gradient.columns() != value.columns()) {
            throw new IllegalArgumentException("a gradient must have the shape of its parameter: " + name);
        }
    }

    /// A parameter that decays, with gradient 0. The matrix is used, not copied.
    public static Parameter of(String name, Matrix value) {
        return new Parameter(name, value, Matrix.zeros(value.rows(), value.columns()), true);
    }

    /// One of independent N(0, deviation²).
    public static Parameter gaussian(String name, RandomGenerator random, int rows, int columns, double deviation) {
        return of(name, Matrix.gaussian(random, rows, columns, deviation));
    }

    /// One row of `columns` elements that all are `value`.
    public static Parameter row(String name, int columns, double value) {
        double[] elements = new double[columns];
        Arrays.fill(elements, value);
        return of(name, Matrix.of(1, columns, elements));
    }

    /// The same, untouched by weight decay.
    public Parameter withoutDecay() {
        return new Parameter(name, value, gradient, false);
    }
}
