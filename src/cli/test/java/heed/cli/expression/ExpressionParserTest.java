package heed.cli.expression;

import static heed.attention.ScoreExpression.captured;
import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static heed.attention.ScoreExpression.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.Mask;
import heed.attention.MaskExpression;
import heed.attention.ScoreExpression;
import heed.cli.input.InputException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each operator against the fluent form, which ones bind closer, and where errors are.
final class ExpressionParserTest {
    private static final Names NAMES =
            new Names(Set.of("slope", "bias"), Map.of("mask", Mask.booleanTensor(), "tree", Mask.tree()));

    private static ScoreExpression parse(String text) {
        return ExpressionParser.score("--score", text, NAMES);
    }

    private static Mask visible(String text) {
        return ExpressionParser.visible("--visible", text, NAMES);
    }

    private static DynamicTest same(String text, ScoreExpression expected) {
        return DynamicTest.dynamicTest(text, () -> assertEquals(expected, parse(text)));
    }

    private static DynamicTest same(String text, MaskExpression expected) {
        return DynamicTest.dynamicTest(text, () -> assertEquals(Mask.expression(expected), visible(text)));
    }

    private static DynamicTest same(String text, Mask expected) {
        return DynamicTest.dynamicTest(text, () -> assertEquals(expected, visible(text)));
    }

    @TestFactory
    Stream<DynamicTest> numbersAndNames() {
        return Stream.of(
                same("score", score()),
                same("query", queryPosition()),
                same("key", keyPosition()),
                same("head", head()),
                same("sequence", sequence()),
                same("2", constant(2)),
                same("1.5e-3", constant(0.0015)),
                same(".5", constant(0.5)),
                same("-2", constant(-2)),
                same("-infinity", constant(Double.NEGATIVE_INFINITY)),
                same("slope[head]", captured("slope", head())),
                same(
                        "bias[head, key - 1]",
                        captured("bias", head(), keyPosition().minus(constant(1)))));
    }

    @TestFactory
    Stream<DynamicTest> operators() {
        return Stream.of(
                same("score + key", score().plus(keyPosition())),
                same("score - key", score().minus(keyPosition())),
                same("score * key", score().times(keyPosition())),
                same("score / key", score().dividedBy(keyPosition())),
                same("-score", score().negate()),
                same("min(score, key)", score().min(keyPosition())),
                same("max(score, key)", score().max(keyPosition())),
                same("abs(score)", score().abs()),
                same("exp(score)", score().exp()),
                same("log(score)", score().log()),
                same("tanh(score)", score().tanh()),
                same("floor(score)", score().floor()),
                same(
                        "select(key < 3, score, 0)",
                        keyPosition().lessThan(constant(3)).select(score(), constant(0))));
    }

    @TestFactory
    Stream<DynamicTest> conditions() {
        MaskExpression below = keyPosition().lessThan(constant(3));
        MaskExpression past = keyPosition().atMost(queryPosition());
        return Stream.of(
                same("key < 3", below),
                same("key <= query", past),
                same("key == query", keyPosition().equalTo(queryPosition())),
                same("key != query", keyPosition().equalTo(queryPosition()).not()),
                same("query >= key", past),
                same("3 > key", below),
                same("key < 3 and key <= query", below.and(past)),
                same("key < 3 or key <= query", below.or(past)),
                same("not key < 3", below.not()),
                same("not not key < 3", below.not().not()),
                same("(key) < (3)", below));
    }

    @TestFactory
    Stream<DynamicTest> whatBindsCloser() {
        MaskExpression a = keyPosition().lessThan(constant(1));
        MaskExpression b = keyPosition().lessThan(constant(2));
        MaskExpression c = keyPosition().lessThan(constant(3));
        return Stream.of(
                same("score + key * 2", score().plus(keyPosition().times(constant(2)))),
                same("(score + key) * 2", score().plus(keyPosition()).times(constant(2))),
                same("score - key - 2", score().minus(keyPosition()).minus(constant(2))),
                same("score - -2", score().minus(constant(-2))),
                same("-score * 2", score().negate().times(constant(2))),
                same("key < 1 or key < 2 and key < 3", a.or(b.and(c))),
                same("(key < 1 or key < 2) and key < 3", a.or(b).and(c)),
                same("not key < 1 and key < 2", a.not().and(b)));
    }

    @TestFactory
    Stream<DynamicTest> masks() {
        Mask beforeFive = Mask.expression(keyPosition().lessThan(constant(5)));
        return Stream.of(
                same("causal", Mask.causal()),
                same("window(127, 0)", Mask.slidingWindow(127, 0)),
                same("window(3, -1)", Mask.slidingWindow(3, Mask.UNBOUNDED)),
                same("first(4)", Mask.firstKeys(4)),
                same("mask", Mask.booleanTensor()),
                same("causal and (first(4) or window(7, 0))", Mask.sinksAndWindow(4, 8)),
                same("key < 5 or tree", beforeFive.or(Mask.tree())),
                same("causal and key < 5", Mask.causal().and(beforeFive)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "score +                | a number, a name or \"(\" at position 8: found the end",
                "score key              | an operator or the end at position 7: found \"key\"",
                "scor                   | score, query, key, head, sequence, infinity, NAME[...] or a mask at position 1: found \"scor\"",
                "1 + slopes[head]       | the name of a captured tensor, --capture slopes=FILE at position 5: found \"slopes\"",
                "(score                 | \")\" at position 7: found the end",
                "slope[head             | \"]\" at position 11: found the end",
                "min(score)             | \",\" at position 10: found \")\"",
                "sqrt(score)            | a function (abs, exp, log, tanh, floor, min, max, select) or a mask (window, first) at position 1: found \"sqrt\"",
                "score + (key < 3)      | a number at position 10: found a condition",
                "key < 3                | a number at position 1: found a condition",
                "select(key, 1, 2)      | a condition at position 8: found a number",
                "score * 1e999          | a number below 2^1024 at position 9: found \"1e999\"",
                "score = 3              | a number, a name or an operator at position 7: found \"=\"",
                "score + causal         | a number at position 9: found a mask",
            })
    void aWrongScoreIsNamedWithItsPosition(String text, String complaint) {
        InputException refusal = assertThrows(InputException.class, () -> parse(text));
        assertEquals("--score must have " + complaint + ", --score=" + text, refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "key + 1                | a condition or a mask at position 1: found a number",
                "not causal             | a condition at position 5: found a mask",
                "key < 1 < 2            | an operator or the end at position 9: found \"<\"",
                "first(key)             | a whole number at position 7: found \"key\"",
                "window(1.5, 0)         | a whole number at position 8: found \"1.5\"",
                "causal or blocks       | score, query, key, head, sequence, infinity, NAME[...] or a mask at position 11: found \"blocks\"",
            })
    void aWrongMaskIsNamedWithItsPosition(String text, String complaint) {
        InputException refusal = assertThrows(InputException.class, () -> visible(text));
        assertEquals("--visible must have " + complaint + ", --visible=" + text, refusal.getMessage());
    }

    @Test
    void aTextThatNestsTooDeepIsRefused() {
        InputException refusal = assertThrows(InputException.class, () -> parse("-".repeat(5000) + "1"));
        assertEquals("--score must have at most 500 numbers, names and operators: it has 5001", refusal.getMessage());
    }

    @Test
    void aMaskReadsNoScore() {
        assertThrows(IllegalArgumentException.class, () -> visible("score < 3"));
    }
}
