package heed.attention;

import static heed.attention.ScoreExpression.captured;
import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static heed.attention.ScoreExpression.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// The score of sequence 5, head 2, position 7 and key 3 before its expression is [#SCORE].
final class PairScoresTest {
    private static final double SCORE = -1.5;

    private static AttentionSpec.Builder builder() {
        return AttentionSpec.builder(3, 1).kvHeads(1).type(ElementType.F64).alignment(QueryAlignment.OFFSET);
    }

    private static Tensor zeros(ElementType type, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return Tensor.of(MemorySegment.ofArray(new double[count]), type, shape);
    }

    private static AttentionArguments arguments() {
        return new AttentionArguments()
                .query(zeros(ElementType.F64, 6, 3, 1, 1))
                .key(zeros(ElementType.F64, 6, 1, 4, 1))
                .value(zeros(ElementType.F64, 6, 1, 4, 1))
                .output(zeros(ElementType.F64, 6, 3, 1, 1))
                .lengths(new SequenceLengths(6).offsets(7, 7, 7, 7, 7, 7));
    }

    private static double pair(AttentionSpec spec, AttentionArguments arguments) {
        AttentionCall call = new AttentionCall(spec, new AttentionSizes(6, 1, 4));
        call.bind(arguments);
        return call.score(5, 2, 0, 3, SCORE);
    }

    private static double value(ScoreExpression expression) {
        return pair(builder().score(expression).build(), arguments());
    }

    private static boolean holds(MaskExpression expression) {
        return pair(builder().mask(Mask.expression(expression)).build(), arguments()) == SCORE;
    }

    @Test
    void leaves() {
        assertEquals(SCORE, value(score()));
        assertEquals(0.5, value(constant(0.5)));
        assertEquals(7, value(queryPosition()));
        assertEquals(3, value(keyPosition()));
        assertEquals(2, value(head()));
        assertEquals(5, value(sequence()));
    }

    @Test
    void operators() {
        assertEquals(5.5, value(score().plus(queryPosition())));
        assertEquals(4, value(queryPosition().minus(keyPosition())));
        assertEquals(-4.5, value(score().times(keyPosition())));
        assertEquals(-0.5, value(score().dividedBy(keyPosition())));
        assertEquals(SCORE, value(score().min(head())));
        assertEquals(2, value(score().max(head())));
        assertEquals(1.5, value(score().negate()));
        assertEquals(1.5, value(score().abs()));
        assertEquals(Math.exp(SCORE), value(score().exp()));
        assertEquals(Math.log(2), value(head().log()));
        assertEquals(Math.tanh(SCORE), value(score().tanh()));
        assertEquals(-2, value(score().floor()));
    }

    @Test
    void conditions() {
        MaskExpression near = keyPosition().lessThan(queryPosition());
        MaskExpression same = keyPosition().equalTo(constant(3));
        MaskExpression far = queryPosition().atMost(keyPosition());
        assertTrue(holds(near.and(same)));
        assertTrue(!holds(near.and(far)));
        assertTrue(holds(far.or(same)));
        assertTrue(!holds(far.or(near.not())));
        assertTrue(holds(constant(3).atMost(keyPosition())));
        assertTrue(!holds(constant(3).lessThan(keyPosition())));
        assertEquals(SCORE, value(near.select(score(), constant(0))));
        assertEquals(0, value(far.select(score(), constant(0))));
    }

    @Test
    void capturedTensorsAreReadByIndex() {
        Tensor table = Tensor.of(MemorySegment.ofArray(new double[] {0, 1, 2, 30, 4, 5}), ElementType.F64, 6);
        AttentionSpec spec = builder()
                .score(captured("table", keyPosition()).plus(captured("table", sequence())))
                .build();
        assertEquals(35, pair(spec, arguments().captured("table", table)));
    }

    @Test
    void indicesOutsideACapturedTensorAreRefused() {
        Tensor table = Tensor.of(MemorySegment.ofArray(new double[3]), ElementType.F64, 3);
        AttentionSpec spec = builder().score(captured("table", keyPosition())).build();
        String message = assertThrows(
                        ScoreExpressionException.class,
                        () -> pair(spec, arguments().captured("table", table)))
                .getMessage();
        assertEquals("index 0 of captured tensor table must be an integer from 0 to 2: got 3.0, sequence=5", message);
    }

    @Test
    void numbersThatBecomeNanAreRefused() {
        AttentionSpec spec = builder().score(score().log()).build();
        String message = assertThrows(ScoreExpressionException.class, () -> pair(spec, arguments()))
                .getMessage();
        assertEquals(
                "the score expression must not make NaN of a number: sequence=5, head=2, query=0, key=3, score=-1.5",
                message);
    }

    @Test
    void treesAreValues() {
        assertEquals(score().plus(constant(1)), score().plus(constant(1)));
        assertEquals(
                keyPosition().lessThan(head()).hashCode(),
                keyPosition().lessThan(head()).hashCode());
    }

    @Test
    void alibiHasTwoForms() {
        Tensor slopes = Tensor.of(MemorySegment.ofArray(new double[] {9, 9, 0.5}), ElementType.F64, 3);
        AttentionSpec signed = builder().mask(Mask.alibi()).build();
        AttentionSpec symmetric =
                builder().mask(Mask.alibi(Mask.AlibiForm.SYMMETRIC)).build();
        assertEquals(SCORE - 2, pair(signed, arguments().alibiSlopes(slopes)));
        assertEquals(SCORE - 2, pair(symmetric, arguments().alibiSlopes(slopes)));
        assertEquals(1.5, PairScores.alibi(Mask.AlibiForm.SIGNED, 0.5, 4, 7));
        assertEquals(-1.5, PairScores.alibi(Mask.AlibiForm.SYMMETRIC, 0.5, 4, 7));
    }
}
