package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The keys that a condition lets a query see, where comparisons of positions bound them: `a · p + b · j + c ≤
/// 0` with whole numbers. Kernels then never touch a tile outside, as with a built-in window.
///
/// @param bounds what all must hold
/// @param isExact whether they are the whole condition, so that it need not be looked at within them
public record KeyInterval(List<Bound> bounds, boolean isExact) {
    /// Coefficients and constants up to here keep every sum exact.
    private static final double MOST = 1 << 20;

    /// `position · p + key · j + constant ≤ 0`
    public record Bound(long position, long key, long constant) {}

    /// A sum of positions times whole numbers, and a number.
    private record Affine(double position, double key, double constant) {
        Affine plus(Affine other, double factor) {
            return new Affine(
                    position + factor * other.position, key + factor * other.key, constant + factor * other.constant);
        }

        boolean isConstant() {
            return position == 0 && key == 0;
        }
    }

    /// Keeps a copy of the bounds.
    public KeyInterval {
        bounds = List.copyOf(bounds);
    }

    /// Of `condition`.
    public static KeyInterval of(MaskExpression condition) {
        List<Bound> bounds = new ArrayList<>();
        boolean exact = collect(condition, bounds);
        return new KeyInterval(bounds, exact);
    }

    /// Adds the bounds of a conjunction; whether they are all of it.
    private static boolean collect(MaskExpression condition, List<Bound> bounds) {
        return switch (condition) {
            case MaskExpression.Both(var left, var right) -> collect(left, bounds) & collect(right, bounds);
            case MaskExpression.Compare(var comparison, var left, var right) ->
                compare(comparison, left, right, bounds);
            case MaskExpression.Either _, MaskExpression.Not _ -> false;
        };
    }

    private static boolean compare(
            MaskExpression.Comparison comparison, ScoreExpression left, ScoreExpression right, List<Bound> bounds) {
        if (left instanceof ScoreExpression.Unary(var operator, var operand)
                && operator == ScoreExpression.UnaryOperator.ABS
                && comparison != MaskExpression.Comparison.EQUAL) {
            boolean above = compare(comparison, operand, right, bounds);
            return compare(comparison, operand.negate(), right, bounds) && above;
        }
        Optional<Affine> a = affine(left);
        Optional<Affine> b = affine(right);
        if (a.isEmpty() || b.isEmpty()) {
            return false;
        }
        Affine difference = a.get().plus(b.get(), -1);
        return switch (comparison) {
            case LESS_OR_EQUAL -> add(difference, 0, bounds);
            case LESS -> add(difference, 1, bounds);
            case EQUAL -> add(difference, 0, bounds) & add(new Affine(0, 0, 0).plus(difference, -1), 0, bounds);
        };
    }

    /// `difference + strict ≤ 0`, if it is of whole numbers that stay exact.
    private static boolean add(Affine difference, int strict, List<Bound> bounds) {
        boolean whole = isWhole(difference.position) && isWhole(difference.key) && isWhole(difference.constant);
        if (!whole || difference.key == 0) {
            return false;
        }
        bounds.add(new Bound((long) difference.position, (long) difference.key, (long) difference.constant + strict));
        return true;
    }

    private static boolean isWhole(double x) {
        return x == Math.rint(x) && Math.abs(x) <= MOST;
    }

    private static Optional<Affine> affine(ScoreExpression expression) {
        return switch (expression) {
            case ScoreExpression.Constant(double value) -> Optional.of(new Affine(0, 0, value));
            case ScoreExpression.Index(var axis) ->
                switch (axis) {
                    case QUERY_POSITION -> Optional.of(new Affine(1, 0, 0));
                    case KEY_POSITION -> Optional.of(new Affine(0, 1, 0));
                    case HEAD, SEQUENCE -> Optional.empty();
                };
            case ScoreExpression.Unary(var operator, var operand) ->
                operator == ScoreExpression.UnaryOperator.NEGATE
                        ? affine(operand).map(x -> new Affine(0, 0, 0).plus(x, -1))
                        : Optional.empty();
            case ScoreExpression.Binary(var operator, var left, var right) ->
                switch (operator) {
                    case ADD -> affine(left).flatMap(x -> affine(right).map(y -> x.plus(y, 1)));
                    case SUBTRACT -> affine(left).flatMap(x -> affine(right).map(y -> x.plus(y, -1)));
                    case MULTIPLY -> product(affine(left), affine(right));
                    case DIVIDE, MIN, MAX -> Optional.empty();
                };
            case ScoreExpression.Score _, ScoreExpression.Captured _, ScoreExpression.Select _ -> Optional.empty();
        };
    }

    private static Optional<Affine> product(Optional<Affine> x, Optional<Affine> y) {
        if (x.isEmpty() || y.isEmpty()) {
            return Optional.empty();
        }
        if (x.get().isConstant()) {
            return Optional.of(new Affine(0, 0, 0).plus(y.get(), x.get().constant));
        }
        return y.get().isConstant()
                ? Optional.of(new Affine(0, 0, 0).plus(x.get(), y.get().constant))
                : Optional.empty();
    }

    /// First key that a query at `position` may see.
    int firstKey(int position) {
        long first = 0;
        for (int n = 0; n < bounds.size(); n++) {
            Bound bound = bounds.get(n);
            if (bound.key < 0) { // j ≥ rest / −key
                first = Math.max(first, Math.ceilDiv(rest(bound, position), -bound.key));
            }
        }
        return (int) Math.min(first, Integer.MAX_VALUE);
    }

    /// One past the last of `kvLen` keys that it may see.
    int endKey(int position, int kvLen) {
        long end = kvLen;
        for (int n = 0; n < bounds.size(); n++) {
            Bound bound = bounds.get(n);
            if (bound.key > 0) { // j ≤ −rest / key
                end = Math.min(end, Math.floorDiv(-rest(bound, position), bound.key) + 1);
            }
        }
        return (int) Math.max(end, 0);
    }

    private static long rest(Bound bound, int position) {
        return bound.position * position + bound.constant;
    }
}
