package heed.studies.math;

import java.util.function.DoubleUnaryOperator;

/// Where a function of one number is zero, or largest.
public final class Search {
    /// `(√5 − 1)/2`.
    private static final double GOLDEN = 0.618_033_988_749_894_8;

    private Search() {}

    /// Where `function`, which rises, passes zero between `low` and `high`: by bisection, to the last bit.
    public static double root(DoubleUnaryOperator function, double low, double high) {
        double below = low;
        double above = high;
        double middle = (below + above) / 2;
        while (middle > below && middle < above) {
            if (function.applyAsDouble(middle) < 0) {
                below = middle;
            } else {
                above = middle;
            }
            middle = (below + above) / 2;
        }
        return middle;
    }

    /// Where `function`, with one peak between `low` and `high`, is largest: by golden sections, until they
    /// are `width` wide. Below the root of the function's own error, times the place, no width is told
    /// apart.
    public static double peak(DoubleUnaryOperator function, double low, double high, double width) {
        double from = low;
        double to = high;
        while (to - from > width) {
            double left = to - GOLDEN * (to - from);
            double right = from + GOLDEN * (to - from);
            if (function.applyAsDouble(left) < function.applyAsDouble(right)) {
                from = left;
            } else {
                to = right;
            }
        }
        return (from + to) / 2;
    }
}
