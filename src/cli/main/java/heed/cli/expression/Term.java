package heed.cli.expression;

import heed.attention.Mask;
import heed.attention.MaskExpression;
import heed.attention.ScoreExpression;

/// What a part of an expression stands for. What it must be is known by the operator beside it, often read later: a
/// parenthesis may hold any of them.
sealed interface Term {
    /// Where its text begins.
    int position();

    /// A number of each pair.
    record Number(ScoreExpression value, int position) implements Term {}

    /// What holds of a pair or does not.
    record Condition(MaskExpression value, int position) implements Term {}

    /// A mask that is no condition, or has one as its part.
    record Seen(Mask value, int position) implements Term {}

    /// As errors call it.
    default String name() {
        return switch (this) {
            case Number _ -> "a number";
            case Condition _ -> "a condition";
            case Seen _ -> "a mask";
        };
    }
}
