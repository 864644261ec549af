package heed.cli.expression;

import heed.attention.MaskExpression.Comparison;
import heed.attention.ScoreExpression.Axis;
import heed.attention.ScoreExpression.BinaryOperator;
import heed.attention.ScoreExpression.UnaryOperator;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// How operators are written. No `default`: a new operator must break the build until it can be written.
final class Spelling {
    private Spelling() {}

    static String of(Axis axis) {
        return switch (axis) {
            case QUERY_POSITION -> "query";
            case KEY_POSITION -> "key";
            case HEAD -> "head";
            case SEQUENCE -> "sequence";
        };
    }

    static String of(UnaryOperator operator) {
        return switch (operator) {
            case NEGATE -> "-";
            case ABS -> "abs";
            case EXP -> "exp";
            case LOG -> "log";
            case TANH -> "tanh";
            case FLOOR -> "floor";
        };
    }

    static String of(BinaryOperator operator) {
        return switch (operator) {
            case ADD -> "+";
            case SUBTRACT -> "-";
            case MULTIPLY -> "*";
            case DIVIDE -> "/";
            case MIN -> "min";
            case MAX -> "max";
        };
    }

    static String of(Comparison comparison) {
        return switch (comparison) {
            case LESS -> "<";
            case LESS_OR_EQUAL -> "<=";
            case EQUAL -> "==";
        };
    }

    /// The one of `values` that is written `text`.
    static <E> Optional<E> find(List<E> values, Function<E, String> spelling, String text) {
        return values.stream()
                .filter(value -> spelling.apply(value).equals(text))
                .findFirst();
    }

    /// Every function, as errors list them.
    static String functions() {
        Stream<String> one = Arrays.stream(UnaryOperator.values()).map(Spelling::of);
        Stream<String> two = Arrays.stream(BinaryOperator.values()).map(Spelling::of);
        return String.join(
                ", ",
                Stream.concat(Stream.concat(one, two), Stream.of("select"))
                        .filter(word -> Character.isLetter(word.charAt(0)))
                        .toList());
    }
}
