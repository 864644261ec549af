package heed.kernels.score;

import heed.attention.ScoreExpression;
import heed.attention.ScoreExpression.BinaryOperator;
import heed.attention.ScoreExpression.UnaryOperator;
import java.util.List;

/// Whether an operation left the range of f32, up or down, where the definition, which computes in double, goes
/// on: comparisons of what is left would not mean anything. Looked for after the operations that can get there
/// from positions and scores: exponentials, products and quotients, those by a constant of ordinary size apart.
final class FloatRange {
    /// Chains of constants up to here leave the range only from the seventh on.
    private static final double ORDINARY = 1 << 16;

    private FloatRange() {}

    /// Whether `node` of `program` is one of those operations.
    static boolean isAsked(List<RowProgram.Node> program, RowProgram.Node node) {
        return switch (node.part()) {
            case ScoreExpression.Unary(var operator, var _) -> operator == UnaryOperator.EXP;
            case ScoreExpression.Binary(var operator, var _, var _)
            when operator == BinaryOperator.MULTIPLY ->
                !isOrdinary(program.get(node.operands()[0])) && !isOrdinary(program.get(node.operands()[1]));
            case ScoreExpression.Binary(var operator, var _, var _)
            when operator == BinaryOperator.DIVIDE -> !isOrdinary(program.get(node.operands()[1]));
            default -> false;
        };
    }

    private static boolean isOrdinary(RowProgram.Node node) {
        return node.part() instanceof ScoreExpression.Constant(double value) && isOrdinary(value);
    }

    /// Whether a product with `value`, or a quotient by it, need not be looked at.
    static boolean isOrdinary(double value) {
        return Math.abs(value) <= ORDINARY && Math.abs(value) >= 1 / ORDINARY;
    }

    /// Whether `value`, computed in double, is another number in f32 altogether.
    static boolean leaves(double value) {
        float rounded = (float) value;
        return (Float.isInfinite(rounded) && !Double.isInfinite(value)) || (rounded == 0 && value != 0);
    }

    /// Whether an element of `o`, the columns `from … to` of `part`, did on the way from `x` and `y`.
    static boolean leaves(Object part, float[] x, float[] y, float[] o, int from, int to) {
        return switch (part) {
            case ScoreExpression.Binary(var operator, var _, var _)
            when operator == BinaryOperator.DIVIDE -> leavesQuotient(x, y, o, from, to);
            case ScoreExpression.Binary _ -> leavesProduct(x, y, o, from, to);
            default -> leavesExponential(x, o, from, to);
        };
    }

    private static boolean leavesExponential(float[] x, float[] o, int from, int to) {
        boolean leaves = false;
        for (int n = from; n < to; n++) {
            leaves |= (o[n] == 0 || o[n] == Float.POSITIVE_INFINITY) && Math.abs(x[n]) <= Float.MAX_VALUE;
        }
        return leaves;
    }

    private static boolean leavesProduct(float[] x, float[] y, float[] o, int from, int to) {
        boolean leaves = false;
        for (int n = from; n < to; n++) {
            boolean infinite = Float.isInfinite(o[n]) && !Float.isInfinite(x[n]) && !Float.isInfinite(y[n]);
            leaves |= infinite || (o[n] == 0 && x[n] != 0 && y[n] != 0);
        }
        return leaves;
    }

    private static boolean leavesQuotient(float[] x, float[] y, float[] o, int from, int to) {
        boolean leaves = false;
        for (int n = from; n < to; n++) {
            boolean infinite = Float.isInfinite(o[n]) && !Float.isInfinite(x[n]) && y[n] != 0;
            leaves |= infinite || (o[n] == 0 && x[n] != 0 && !Float.isInfinite(y[n]));
        }
        return leaves;
    }
}
