package heed.attention.reference;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;
import static heed.attention.ScoreExpression.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.MaskExpression;
import heed.attention.ScoreExpression;
import heed.attention.ScoreExpression.UnaryOperator;
import org.junit.jupiter.api.Test;

final class ExpressionsTest {
    private static final double SCORE = -1.5;
    private static final Expressions PAIR = new Expressions(7, 3, 2, 5);

    private static double value(ScoreExpression expression) {
        return PAIR.value(expression, SCORE);
    }

    private static boolean holds(MaskExpression expression) {
        return PAIR.holds(expression, SCORE);
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
        assertEquals(1.5, value(score().apply(UnaryOperator.NEGATE)));
        assertEquals(1.5, value(score().apply(UnaryOperator.ABS)));
        assertEquals(Math.exp(SCORE), value(score().apply(UnaryOperator.EXP)));
        assertEquals(Math.log(2), value(head().apply(UnaryOperator.LOG)));
        assertEquals(Math.tanh(SCORE), value(score().apply(UnaryOperator.TANH)));
    }

    @Test
    void conditions() {
        MaskExpression near = keyPosition().lessThan(queryPosition());
        MaskExpression same = keyPosition().equalTo(constant(3));
        MaskExpression far = queryPosition().atMost(keyPosition());
        assertTrue(holds(near.and(same)));
        assertFalse(holds(near.and(far)));
        assertTrue(holds(far.or(same)));
        assertFalse(holds(far.or(near.not())));
        assertTrue(holds(constant(3).atMost(keyPosition())));
        assertFalse(holds(constant(3).lessThan(keyPosition())));
        assertEquals(SCORE, value(near.select(score(), constant(0))));
        assertEquals(0, value(far.select(score(), constant(0))));
    }

    @Test
    void treesAreValues() {
        assertEquals(score().plus(constant(1)), score().plus(constant(1)));
        assertEquals(
                keyPosition().lessThan(head()).hashCode(),
                keyPosition().lessThan(head()).hashCode());
    }
}
