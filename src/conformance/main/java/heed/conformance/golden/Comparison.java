package heed.conformance.golden;

import heed.attention.Tensor;
import java.util.Arrays;

/// Compares two tensors element by element and remembers the worst.
final class Comparison {
    private final Tensor actual;
    private final Tensor expected;
    private final Tolerance tolerance;
    private long off;
    private double worstExcess = Double.NEGATIVE_INFINITY;
    private int[] worst = {};

    private Comparison(Tensor actual, Tensor expected, Tolerance tolerance) {
        this.actual = actual;
        this.expected = expected;
        this.tolerance = tolerance;
    }

    /// Passed if every element of `actual` is near enough; else the worst element.
    static Outcome of(String name, Tensor actual, Tensor expected, Tolerance tolerance) {
        Comparison comparison = new Comparison(actual, expected, tolerance);
        if (!expected.isEmpty()) {
            comparison.axis(new int[expected.rank()], 0);
        }
        return comparison.off == 0 ? new Outcome.Passed() : comparison.failure(name);
    }

    /// The largest difference of elements that are not equal; infinite where one of the two is NaN.
    static double largestError(Tensor actual, Tensor expected) {
        Comparison comparison = new Comparison(actual, expected, new Tolerance(0, 0));
        if (!expected.isEmpty()) {
            comparison.axis(new int[expected.rank()], 0);
        }
        return Math.max(0, comparison.worstExcess);
    }

    private void axis(int[] index, int axis) {
        if (axis == index.length) {
            element(index);
            return;
        }
        for (int n = 0; n < expected.size(axis); n++) {
            index[axis] = n;
            axis(index, axis + 1);
        }
    }

    private void element(int[] index) {
        double got = actual.get(index);
        double wanted = expected.get(index);
        if (tolerance.accepts(got, wanted)) {
            return;
        }
        off++;
        double error = Math.abs(got - wanted);
        double excess = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error - tolerance.allowed(wanted);
        if (excess > worstExcess) {
            worstExcess = excess;
            worst = index.clone();
        }
    }

    private Outcome failure(String name) {
        double got = actual.get(worst);
        double wanted = expected.get(worst);
        double error = Math.abs(got - wanted);
        double allowed = tolerance.allowed(wanted);
        return new Outcome.Failed(
                "%s%s is %s, expected %s: error %.3g, allowed %.3g; %d elements off"
                        .formatted(name, Arrays.toString(worst), got, wanted, error, allowed, off),
                error,
                allowed);
    }
}
