package heed.attention;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BiPredicate;
import org.junit.jupiter.api.Test;

final class KeyIntervalTest {
    private static final int KV_LEN = 30;

    private static void check(MaskExpression condition, boolean exact, BiPredicate<Integer, Integer> sees) {
        KeyInterval interval = KeyInterval.of(condition);
        assertEquals(exact, interval.isExact(), condition.toString());
        for (int p = -5; p < 40; p++) {
            int first = interval.firstKey(p);
            int end = interval.endKey(p, KV_LEN);
            assertTrue(first >= 0 && end >= 0 && end <= KV_LEN, condition.toString());
            for (int j = 0; j < KV_LEN; j++) {
                boolean within = first <= j && j < end;
                boolean seen = sees.test(p, j);
                assertTrue(exact ? within == seen : within || !seen, condition + " p=" + p + " j=" + j);
            }
        }
    }

    @Test
    void comparisonsOfPositionsAreIntervals() {
        ScoreExpression distance = queryPosition().minus(keyPosition());
        MaskExpression causal = keyPosition().atMost(queryPosition());
        check(causal, true, (p, j) -> j <= p);
        check(keyPosition().lessThan(queryPosition()), true, (p, j) -> j < p);
        check(causal.and(distance.lessThan(constant(7))), true, (p, j) -> j <= p && p - j < 7);
        check(distance.abs().atMost(constant(3)), true, (p, j) -> Math.abs(p - j) <= 3);
        check(keyPosition().equalTo(constant(4)), true, (p, j) -> j == 4);
        check(
                keyPosition().times(constant(3)).plus(queryPosition()).atMost(constant(20)),
                true,
                (p, j) -> 3 * j + p <= 20);
        check(constant(5).atMost(keyPosition().negate().plus(constant(12))), true, (p, j) -> 5 <= 12 - j);
    }

    @Test
    void otherConditionsAreBoundedByWhatIsKnown() {
        MaskExpression causal = keyPosition().atMost(queryPosition());
        check(causal.and(head().equalTo(constant(1))), false, (p, j) -> j <= p);
        check(causal.or(keyPosition().lessThan(constant(4))), false, (p, j) -> j <= p || j < 4);
        check(causal.not(), false, (p, j) -> j > p);
        check(
                keyPosition().times(constant(0.5)).atMost(queryPosition()).and(causal),
                false,
                (p, j) -> 0.5 * j <= p && j <= p);
    }
}
