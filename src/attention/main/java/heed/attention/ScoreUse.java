package heed.attention;

/// Whether an expression reads the score.
final class ScoreUse {
    private ScoreUse() {}

    static boolean in(ScoreExpression expression) {
        return switch (expression) {
            case ScoreExpression.Score _ -> true;
            case ScoreExpression.Constant _, ScoreExpression.Index _ -> false;
            case ScoreExpression.Captured(var _, var indices) ->
                indices.stream().anyMatch(ScoreUse::in);
            case ScoreExpression.Unary(var _, var operand) -> in(operand);
            case ScoreExpression.Binary(var _, var left, var right) -> in(left) || in(right);
            case ScoreExpression.Select(var condition, var then, var otherwise) ->
                in(condition) || in(then) || in(otherwise);
        };
    }

    static boolean in(MaskExpression condition) {
        return switch (condition) {
            case MaskExpression.Compare(var _, var left, var right) -> in(left) || in(right);
            case MaskExpression.Both(var left, var right) -> in(left) || in(right);
            case MaskExpression.Either(var left, var right) -> in(left) || in(right);
            case MaskExpression.Not(var operand) -> in(operand);
        };
    }
}
