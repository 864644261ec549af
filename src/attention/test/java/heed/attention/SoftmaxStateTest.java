package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The laws of the merge.
final class SoftmaxStateTest {
    private static final double UNIT = 0x1p-53;

    private static SoftmaxState random(Random random) {
        SoftmaxState state = SoftmaxState.EMPTY;
        for (int n = random.nextInt(1, 6); n > 0; n--) {
            state = state.merge(SoftmaxState.of(20 * random.nextGaussian()));
        }
        return state;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, -0.0, 1.5, -700, 1e300, -1e300, Double.MIN_VALUE, -Float.MAX_VALUE})
    void emptyIsTheIdentityToTheBit(double score) {
        SoftmaxState state = SoftmaxState.of(score);
        // Record equality compares bits: -0.0 is not 0.0.
        assertEquals(state, state.merge(SoftmaxState.EMPTY));
        assertEquals(state, SoftmaxState.EMPTY.merge(state));
    }

    @Test
    void twoEmptyStatesAreEmpty() {
        assertEquals(SoftmaxState.EMPTY, SoftmaxState.EMPTY.merge(SoftmaxState.EMPTY));
        assertEquals(SoftmaxState.EMPTY, SoftmaxState.of(Double.NEGATIVE_INFINITY));
        assertEquals(Double.NEGATIVE_INFINITY, SoftmaxState.EMPTY.logSumExp());
    }

    @Test
    void mergeCommutes() {
        Random random = new Random(1);
        for (int n = 0; n < 1000; n++) {
            SoftmaxState a = random(random);
            SoftmaxState b = random(random);
            assertEquals(a.merge(b), b.merge(a));
        }
    }

    /// Both orders round each summand at most four times (an `exp` of at most one ulp and a product, per merge) and add
    /// twice; the exponent's own rounding, relative to the distance of the maxima, comes on top.
    @Test
    void mergeAssociatesUpToRounding() {
        Random random = new Random(2);
        for (int n = 0; n < 1000; n++) {
            SoftmaxState a = random(random);
            SoftmaxState b = random(random);
            SoftmaxState c = random(random);
            SoftmaxState left = a.merge(b).merge(c);
            SoftmaxState right = a.merge(b.merge(c));
            assertEquals(left.max(), right.max());
            double spread =
                    Math.max(a.max(), Math.max(b.max(), c.max())) - Math.min(a.max(), Math.min(b.max(), c.max()));
            assertEquals(left.sum(), right.sum(), 2 * (8 + spread) * UNIT * left.sum());
        }
    }

    @Test
    void anySplitGivesTheSameLogSumExp() {
        double[] scores = new Random(3).doubles(200, -30, 30).toArray();
        double whole = logSumExp(scores, 0, scores.length).logSumExp();
        for (int cut = 0; cut <= scores.length; cut++) {
            SoftmaxState merged = logSumExp(scores, 0, cut).merge(logSumExp(scores, cut, scores.length));
            // Each of n merges errs by a few units of the sum, and the exponents by their spread of 60.
            assertEquals(whole, merged.logSumExp(), 2 * (scores.length + 60) * UNIT);
        }
    }

    private static SoftmaxState logSumExp(double[] scores, int from, int to) {
        SoftmaxState state = SoftmaxState.EMPTY;
        for (int j = from; j < to; j++) {
            state = state.merge(SoftmaxState.of(scores[j]));
        }
        return state;
    }

    @Test
    void nanSpreads() {
        assertTrue(Double.isNaN(
                SoftmaxState.of(1).merge(SoftmaxState.of(Double.NaN)).logSumExp()));
    }
}
