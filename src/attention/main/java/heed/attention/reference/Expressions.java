package heed.attention.reference;

import heed.attention.MaskExpression;
import heed.attention.ScoreExpression;

/// Interprets expressions for one (query, key) pair.
record Expressions(int queryPosition, int keyPosition, int head, int sequence) {
    double value(ScoreExpression expression, double score) {
        return switch (expression) {
            case ScoreExpression.Score _ -> score;
            case ScoreExpression.Constant(double value) -> value;
            case ScoreExpression.Index(var axis) -> index(axis);
            case ScoreExpression.Unary(var operator, var operand) -> unary(operator, value(operand, score));
            case ScoreExpression.Binary(var operator, var left, var right) ->
                binary(operator, value(left, score), value(right, score));
            case ScoreExpression.Select(var condition, var then, var otherwise) ->
                value(holds(condition, score) ? then : otherwise, score);
        };
    }

    boolean holds(MaskExpression expression, double score) {
        return switch (expression) {
            case MaskExpression.Compare(var comparison, var left, var right) ->
                compare(comparison, value(left, score), value(right, score));
            case MaskExpression.Both(var left, var right) -> holds(left, score) && holds(right, score);
            case MaskExpression.Either(var left, var right) -> holds(left, score) || holds(right, score);
            case MaskExpression.Not(var operand) -> !holds(operand, score);
        };
    }

    private double index(ScoreExpression.Axis axis) {
        return switch (axis) {
            case QUERY_POSITION -> queryPosition;
            case KEY_POSITION -> keyPosition;
            case HEAD -> head;
            case SEQUENCE -> sequence;
        };
    }

    private static double unary(ScoreExpression.UnaryOperator operator, double x) {
        return switch (operator) {
            case NEGATE -> -x;
            case ABS -> Math.abs(x);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case TANH -> Math.tanh(x);
        };
    }

    private static double binary(ScoreExpression.BinaryOperator operator, double x, double y) {
        return switch (operator) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            case MIN -> Math.min(x, y);
            case MAX -> Math.max(x, y);
        };
    }

    private static boolean compare(MaskExpression.Comparison comparison, double x, double y) {
        return switch (comparison) {
            case LESS -> x < y;
            case LESS_OR_EQUAL -> x <= y;
            case EQUAL -> x == y;
        };
    }
}
