package heed.attention;

import static heed.attention.ScoreExpression.constant;

import java.util.List;

/// The derivative of a score expression with respect to the score, as an expression: sums and products by their
/// rules, the chosen branch of a choice, 0 for what the score does not reach.
final class Derivative {
    private static final ScoreExpression ZERO = constant(0);
    private static final ScoreExpression ONE = constant(1);

    private Derivative() {}

    static ScoreExpression of(ScoreExpression expression) {
        return switch (expression) {
            case ScoreExpression.Score _ -> ONE;
            case ScoreExpression.Constant _, ScoreExpression.Index _, ScoreExpression.Captured _ -> ZERO;
            case ScoreExpression.Unary(var operator, var operand) -> unary(operator, operand, of(operand));
            case ScoreExpression.Binary(var operator, var left, var right) ->
                binary(operator, left, right, of(left), of(right));
            case ScoreExpression.Select(var condition, var then, var otherwise) ->
                select(condition, of(then), of(otherwise));
        };
    }

    private static ScoreExpression unary(
            ScoreExpression.UnaryOperator operator, ScoreExpression x, ScoreExpression slope) {
        return switch (operator) {
            case NEGATE -> times(constant(-1), slope);
            // the slope once alone: twice at each level would be a tree of 2ⁿ
            case ABS -> times(select(x.lessThan(ZERO), constant(-1), ONE), slope);
            case EXP -> times(x.exp(), slope);
            case LOG -> slope.equals(ZERO) ? ZERO : slope.dividedBy(x);
            case TANH -> times(ONE.minus(x.tanh().times(x.tanh())), slope);
            case FLOOR -> ZERO;
        };
    }

    private static ScoreExpression binary(
            ScoreExpression.BinaryOperator operator,
            ScoreExpression x,
            ScoreExpression y,
            ScoreExpression slopeX,
            ScoreExpression slopeY) {
        return switch (operator) {
            case ADD -> plus(slopeX, slopeY);
            case SUBTRACT -> plus(slopeX, times(constant(-1), slopeY));
            case MULTIPLY -> plus(times(y, slopeX), times(x, slopeY));
            case DIVIDE -> divide(x, y, slopeX, slopeY);
            case MIN -> select(x.atMost(y), slopeX, slopeY);
            case MAX -> select(x.atMost(y), slopeY, slopeX);
        };
    }

    private static ScoreExpression divide(
            ScoreExpression x, ScoreExpression y, ScoreExpression slopeX, ScoreExpression slopeY) {
        ScoreExpression first = slopeX.equals(ZERO) ? ZERO : slopeX.dividedBy(y);
        return slopeY.equals(ZERO)
                ? first
                : plus(first, times(constant(-1), times(x, slopeY)).dividedBy(y.times(y)));
    }

    private static ScoreExpression plus(ScoreExpression x, ScoreExpression y) {
        return x.equals(ZERO) ? y : y.equals(ZERO) ? x : x.plus(y);
    }

    private static ScoreExpression times(ScoreExpression x, ScoreExpression slope) {
        if (List.of(x, slope).contains(ZERO)) {
            return ZERO;
        }
        return slope.equals(ONE) ? x : x.equals(ONE) ? slope : x.times(slope);
    }

    private static ScoreExpression select(MaskExpression condition, ScoreExpression then, ScoreExpression otherwise) {
        return then.equals(otherwise) ? then : condition.select(then, otherwise);
    }
}
