package heed.kernels.score;

import heed.attention.AttentionCall;
import heed.attention.MaskExpression;
import heed.attention.ScoreExpression;
import heed.attention.Tensor;

/// What a condition can be for a tile of pairs: its nodes by interval arithmetic (Moore 1966) over the
/// positions, heads and sequence of the tile. Conditions lie between 0 and 1. One for each thread.
final class RangeProgram {
    /// What functions that are not rounded correctly may be off by.
    private static final double FEW_ULPS = 0x1p-20;

    private final RowProgram program;
    private final double[] low;
    private final double[] high;

    /// Whether a node may be NaN, of which every comparison is false.
    private final boolean[] mayBeNan;

    RangeProgram(RowProgram program) {
        this.program = program;
        low = new double[program.nodes().size()];
        high = new double[program.nodes().size()];
        mayBeNan = new boolean[program.nodes().size()];
    }

    /// How much of `tile` the condition shows.
    Coverage of(AttentionCall call, TileRange tile) {
        int last = low.length - 1;
        for (int n = 0; n <= last; n++) {
            RowProgram.Node node = program.nodes().get(n);
            mayBeNan[n] = false;
            for (int operand : node.operands()) {
                mayBeNan[n] |= mayBeNan[operand];
            }
            compute(call, tile, node, n);
            low[n] = down(low[n]);
            high[n] = up(high[n]);
            if (Double.isNaN(low[n]) || Double.isNaN(high[n])) {
                setUnknown(n);
            }
        }
        return high[last] <= 0 ? Coverage.EMPTY : low[last] >= 1 ? Coverage.FULL : Coverage.PARTIAL;
    }

    /// The nearest float that is not above. Rounding never reorders, so between floats a result rounded to f32
    /// lies where the exact one does: a tile left out holds no pair that [RowProgram] would show.
    private static double down(double x) {
        float nearest = (float) x;
        return nearest <= x ? nearest : Math.nextDown(nearest);
    }

    private static double up(double x) {
        float nearest = (float) x;
        return nearest >= x ? nearest : Math.nextUp(nearest);
    }

    private void setUnknown(int n) {
        set(n, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        mayBeNan[n] = true;
    }

    private void set(int n, double from, double to) {
        low[n] = from;
        high[n] = to;
    }

    private void compute(AttentionCall call, TileRange tile, RowProgram.Node node, int n) {
        int[] operands = node.operands();
        switch (node.part()) {
            case ScoreExpression.Score _ -> setUnknown(n);
            case ScoreExpression.Constant(double value) -> set(n, value, value);
            case ScoreExpression.Index(var axis) -> index(axis, tile, n);
            case ScoreExpression.Captured captured -> captured(call, captured, operands, n);
            case ScoreExpression.Unary(var operator, var _) -> unary(operator, operands[0], n);
            case ScoreExpression.Binary(var operator, var _, var _) -> binary(operator, operands[0], operands[1], n);
            case ScoreExpression.Select _ ->
                set(n, Math.min(low[operands[1]], low[operands[2]]), Math.max(high[operands[1]], high[operands[2]]));
            case MaskExpression.Compare(var comparison, var _, var _) ->
                compare(comparison, operands[0], operands[1], n);
            case MaskExpression.Both _ ->
                set(n, Math.min(low[operands[0]], low[operands[1]]), Math.min(high[operands[0]], high[operands[1]]));
            case MaskExpression.Either _ ->
                set(n, Math.max(low[operands[0]], low[operands[1]]), Math.max(high[operands[0]], high[operands[1]]));
            case MaskExpression.Not _ -> set(n, 1 - high[operands[0]], 1 - low[operands[0]]);
            default -> throw new AssertionError("not an expression: " + node.part());
        }
    }

    private void index(ScoreExpression.Axis axis, TileRange tile, int n) {
        switch (axis) {
            case QUERY_POSITION -> set(n, tile.firstPosition, tile.lastPosition);
            case KEY_POSITION -> set(n, tile.firstKey, tile.lastKey);
            case HEAD -> set(n, tile.firstHead, tile.lastHead);
            case SEQUENCE -> set(n, tile.b, tile.b);
        }
    }

    /// The least and the largest element of a list that one index picks from.
    private void captured(AttentionCall call, ScoreExpression.Captured captured, int[] operands, int n) {
        Tensor tensor = call.captured(captured.name());
        boolean within = operands.length == 1 && low[operands[0]] >= 0 && high[operands[0]] < tensor.size(0);
        if (!within) {
            setUnknown(n);
            return;
        }
        set(n, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        for (int m = (int) low[operands[0]]; m <= high[operands[0]]; m++) {
            double element = tensor.get(m);
            set(n, Math.min(low[n], element), Math.max(high[n], element));
        }
    }

    /// Every operator but two never falls.
    private void unary(ScoreExpression.UnaryOperator operator, int x, int n) {
        double from = operator.of(low[x]);
        double to = operator.of(high[x]);
        switch (operator) {
            case NEGATE -> set(n, to, from);
            case ABS -> set(n, low[x] <= 0 && high[x] >= 0 ? 0 : Math.min(from, to), Math.max(from, to));
            case FLOOR -> set(n, from, to);
            case EXP ->
                set(
                        n,
                        low[x] < -87 ? 0 : from - FEW_ULPS * from,
                        high[x] > 88 ? Double.POSITIVE_INFINITY : to + FEW_ULPS * to);
            case LOG, TANH -> set(n, from - FEW_ULPS * Math.abs(from), to + FEW_ULPS * Math.abs(to));
        }
    }

    private void binary(ScoreExpression.BinaryOperator operator, int x, int y, int n) {
        mayBeNan[n] |= makesNan(operator, x, y);
        switch (operator) {
            case ADD -> set(n, low[x] + low[y], high[x] + high[y]);
            case SUBTRACT -> set(n, low[x] - high[y], high[x] - low[y]);
            case MIN -> set(n, Math.min(low[x], low[y]), Math.min(high[x], high[y]));
            case MAX -> set(n, Math.max(low[x], low[y]), Math.max(high[x], high[y]));
            case MULTIPLY -> corners(operator, x, y, n);
            case DIVIDE -> {
                if (holdsZero(y)) {
                    setUnknown(n);
                } else {
                    corners(operator, x, y, n);
                }
            }
        }
    }

    /// Whether operands within their intervals, but not at the ends that are looked at, may make NaN: ∞ − ∞, 0
    /// · ∞, ∞ / ∞.
    private boolean makesNan(ScoreExpression.BinaryOperator operator, int x, int y) {
        boolean up = high[x] == Double.POSITIVE_INFINITY;
        boolean down = low[x] == Double.NEGATIVE_INFINITY;
        boolean otherUp = high[y] == Double.POSITIVE_INFINITY;
        boolean otherDown = low[y] == Double.NEGATIVE_INFINITY;
        return switch (operator) {
            case ADD -> (up && otherDown) || (down && otherUp);
            case SUBTRACT -> (up && otherUp) || (down && otherDown);
            case MULTIPLY -> ((up || down) && holdsZero(y)) || ((otherUp || otherDown) && holdsZero(x));
            case DIVIDE -> (up || down) && (otherUp || otherDown);
            case MIN, MAX -> false;
        };
    }

    private boolean holdsZero(int x) {
        return low[x] <= 0 && high[x] >= 0;
    }

    private void corners(ScoreExpression.BinaryOperator operator, int x, int y, int n) {
        double a = operator.of(low[x], low[y]);
        double b = operator.of(low[x], high[y]);
        double c = operator.of(high[x], low[y]);
        double d = operator.of(high[x], high[y]);
        set(n, Math.min(Math.min(a, b), Math.min(c, d)), Math.max(Math.max(a, b), Math.max(c, d)));
    }

    private void compare(MaskExpression.Comparison comparison, int x, int y, int n) {
        boolean never = switch (comparison) {
            case LESS -> low[x] >= high[y];
            case LESS_OR_EQUAL -> low[x] > high[y];
            case EQUAL -> low[x] > high[y] || low[y] > high[x];
        };
        boolean always = !mayBeNan[x]
                && !mayBeNan[y]
                && switch (comparison) {
                    case LESS -> high[x] < low[y];
                    case LESS_OR_EQUAL -> high[x] <= low[y];
                    case EQUAL -> low[x] == high[x] && low[y] == high[y] && low[x] == low[y];
                };
        set(n, always ? 1 : 0, never ? 0 : 1);
        mayBeNan[n] = false;
    }
}
