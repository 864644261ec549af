package heed.studies.train;

import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/// Compares gradients with differences of the loss `Σ c ⊙ f(x)`, c fixed noise.
///
/// With `D(h)` the central difference, whose error is of `h²`, `R(h) = (4 D(h) − D(2h)) / 3` errs by `h⁴` and
/// less than `|R(2h) − R(h)|`, which is 15 times as much. A loss of terms that sum to S in size errs by some
/// 32 roundings, 2⁻⁵³ S each, so R by 5/3 · 32 · 2⁻⁵³ S / h. The sum of both is the tolerance.
final class FiniteDifferences {
    private static final double STEP = 0x1p-12;
    private static final double ROUNDING = 5. / 3 * 32 * 0x1p-53 / STEP;

    /// A tolerance above this share of the largest terms would find nothing: a kink in the way, or a mistake
    /// here.
    private static final double USEFUL = 1e-8;

    private FiniteDifferences() {}

    /// Checks the gradients of a layer with respect to `input` and its parameters.
    static void check(Layer layer, Matrix input) {
        List<Matrix> results =
                layer.parameters().stream().map(Parameter::gradient).toList();
        check(
                layer.parameters(),
                List.of(input),
                () -> layer.forward(input),
                cotangent -> List.of(layer.backward(cotangent)));
        assertTrue(results.stream().allMatch(gradient -> gradient.norm() > 0), "every parameter has a gradient");
    }

    /// Checks those of any function, with respect to `inputs` and parameters.
    ///
    /// @param backward the gradients of the inputs, given a cotangent
    static void check(
            List<Parameter> parameters,
            List<Matrix> inputs,
            java.util.function.Supplier<Matrix> forward,
            Function<Matrix, List<Matrix>> backward) {
        Matrix output = forward.get().copy();
        Matrix cotangent = Matrix.gaussian(new Random(17), output.rows(), output.columns(), 1);
        parameters.forEach(parameter -> parameter.gradient().scale(0));
        List<Matrix> gradients =
                backward.apply(cotangent.copy()).stream().map(Matrix::copy).toList();
        double size = 0;
        for (int n = 0; n < output.elements().length; n++) {
            size += Math.abs(output.elements()[n] * cotangent.elements()[n]);
        }
        DoubleSupplier loss = () -> inner(forward.get(), cotangent);
        for (int n = 0; n < inputs.size(); n++) {
            check("input " + n, inputs.get(n), gradients.get(n), loss, size);
        }
        for (Parameter parameter : parameters) {
            check(parameter.name(), parameter.value(), parameter.gradient(), loss, size);
        }
    }

    /// Checks `gradient` of `loss` with respect to `at`.
    ///
    /// @param size of the loss's terms
    static void check(String name, Matrix at, Matrix gradient, DoubleSupplier loss, double size) {
        double[] x = at.elements();
        for (int n = 0; n < x.length; n++) {
            double first = difference(x, n, STEP, loss);
            double second = difference(x, n, 2 * STEP, loss);
            double third = difference(x, n, 4 * STEP, loss);
            double best = (4 * first - second) / 3;
            double tolerance = Math.abs((4 * second - third) / 3 - best) + ROUNDING * size;
            double error = Math.abs(gradient.elements()[n] - best);
            String what = "%s, element %d: gradient %s, difference %s ± %s"
                    .formatted(name, n, gradient.elements()[n], best, tolerance);
            assertTrue(error <= tolerance, what);
            assertTrue(tolerance <= USEFUL * Math.max(1, size), what);
        }
    }

    private static double difference(double[] x, int n, double step, DoubleSupplier loss) {
        double before = x[n];
        x[n] = before + step;
        double above = loss.getAsDouble();
        x[n] = before - step;
        double below = loss.getAsDouble();
        x[n] = before;
        return (above - below) / (2 * step);
    }

    private static double inner(Matrix a, Matrix b) {
        double sum = 0;
        for (int n = 0; n < a.elements().length; n++) {
            sum += a.elements()[n] * b.elements()[n];
        }
        return sum;
    }
}
