package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.RunningRow.STEP;
import static java.lang.Float.MAX_VALUE;
import static java.lang.Float.MIN_VALUE;
import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The running softmax of one row against the softmax of all its scores in double.
@ExtendWith(ForcedWidth.class)
final class OnlineSoftmaxTest {
    /// Runs after which the compiler's last tier has taken over.
    private static final int COMPILED = 20_000;

    private static final float LOG2_E = (float) (1 / Math.log(2));

    /// None, natural, of 64 dims, large; and what stands for 0, the least of which −∞ stays −∞, and the largest.
    private static final float[] FACTORS = {1, LOG2_E, LOG2_E / 8, 300, MIN_VALUE, MAX_VALUE};

    private static final boolean[] EITHER = {false, true};

    /// Makes the score of key `j`.
    interface Scores {
        float of(Random random, int j);
    }

    record Case(String name, Scores scores) {
        float[] row(int length, long seed) {
            Random random = new Random(seed);
            float[] row = new float[length];
            for (int j = 0; j < length; j++) {
                row[j] = scores.of(random, j);
            }
            return row;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("all alike", (_, _) -> 3.25f),
                new Case("near 0", (random, _) -> (float) random.nextGaussian()),
                new Case("spread by 30", (random, _) -> (float) (30 * random.nextGaussian())),
                new Case("spread by 1e4", (random, _) -> (float) (1e4 * random.nextGaussian())),
                new Case("near 1e4", (random, _) -> (float) (1e4 + random.nextGaussian())),
                new Case("near -1e4", (random, _) -> (float) (-1e4 + random.nextGaussian())),
                new Case("about 2^21", (random, j) -> (j % 2 == 0 ? 1 : -1) * (0x1p21f + random.nextInt(-3, 4))),
                new Case("tiny", (random, _) -> (float) (1e-40 * random.nextGaussian())),
                new Case("rising", (_, j) -> 0.37f * j),
                new Case("falling", (_, j) -> -0.37f * j),
                new Case("rising by 14", (random, j) -> 14f * (j / PANEL) + random.nextFloat()),
                new Case("rising by 160", (random, j) -> 160f * (j / PANEL) + random.nextFloat()),
                new Case("all -MAX", (_, _) -> -MAX_VALUE),
                new Case("all MAX", (_, _) -> MAX_VALUE),
                new Case("-MAX, then MAX", (_, j) -> j < 3 * PANEL ? -MAX_VALUE : MAX_VALUE),
                new Case("MAX, then -MAX", (_, j) -> j < 3 * PANEL ? MAX_VALUE : -MAX_VALUE),
                new Case("near 0, then MAX", (random, j) -> j < 3 * PANEL ? random.nextFloat() : MAX_VALUE),
                new Case("-MAX, then near 0", (random, j) -> j < 3 * PANEL ? -MAX_VALUE : random.nextFloat()),
                new Case("-MAX and 0", (random, _) -> random.nextBoolean() ? -MAX_VALUE : 0),
                new Case("any finite float", (random, _) -> (float) (MAX_VALUE * (2 * random.nextDouble() - 1))),
                new Case("a hidden start", (random, j) -> j < 2 * PANEL + 3 ? hidden() : (float) random.nextGaussian()),
                new Case("a hidden middle", (random, j) -> j / PANEL == 2 ? hidden() : (float) random.nextGaussian()),
                new Case("a hidden end", (random, j) -> j > PANEL ? hidden() : (float) random.nextGaussian()),
                new Case("one key of -MAX", (_, j) -> j == 3 * PANEL + 1 ? -MAX_VALUE : hidden()),
                new Case("all hidden", (_, _) -> hidden()),
                new Case("hidden at random", (random, _) -> random.nextBoolean() ? hidden() : random.nextFloat()),
                new Case(
                        "hidden -MAX and 1e4",
                        (random, _) -> new float[] {hidden(), -MAX_VALUE, 1e4f}[random.nextInt(3)]));
    }

    private static float hidden() {
        return NEGATIVE_INFINITY;
    }

    /// In one block, in blocks of a panel, and in blocks of any length, empty ones among them; hidden keys
    /// announced or not.
    @ParameterizedTest
    @MethodSource("cases")
    void isTheSoftmaxOfAllBlocks(Case scores) {
        int end = 6 * PANEL;
        int[][] divisions = {
            {0, end},
            {0, PANEL, 2 * PANEL, 3 * PANEL, 4 * PANEL, 5 * PANEL, end},
            {0, 1, 4, STEP + 3, PANEL + 5, 3 * PANEL - 2, end},
            {0, 0, 3 * PANEL, 3 * PANEL, end - 1, end},
        };
        for (float factor : FACTORS) {
            for (boolean hides : EITHER) {
                for (int[] cuts : divisions) {
                    isTheSoftmaxOf(scores, factor, hides, cuts, 1);
                    isTheSoftmaxOf(scores, factor, hides, cuts, 2);
                }
            }
        }
    }

    private static void isTheSoftmaxOf(Case scores, float factor, boolean hides, int[] cuts, long seed) {
        float[] row = scores.row(cuts[cuts.length - 1], seed);
        RunningRow running = new RunningRow(factor, hides);
        for (int n = 0; n + 1 < cuts.length; n++) {
            running.update(Arrays.copyOfRange(row, cuts[n], cuts[n + 1]), cuts[n] % (STEP + 3));
        }
        String blocks = Arrays.toString(cuts);
        running.judge(row, "%s · %a, blocks %s, hides=%b, seed %d".formatted(scores, factor, blocks, hides, seed));
    }

    /// Whatever steps the range cuts, and whatever stands beyond it: the same bits, near those in double.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsFromAnyColumnToAnyOther(boolean hides) {
        float[] row = new Case("", (random, _) -> (float) (3 * random.nextGaussian())).row(4 * STEP, 19);
        for (int from = 0; from <= 2 * STEP; from++) {
            for (int to = from; to <= 4 * STEP; to += to < from + STEP ? 1 : 5) {
                float[] scores = Arrays.copyOfRange(row, from, to);
                RunningRow first = new RunningRow(1, hides);
                float[] weights = first.update(scores, from);
                first.judge(scores, "columns %d to %d".formatted(from, to));
                for (float outside : new float[] {0, MAX_VALUE, NEGATIVE_INFINITY, POSITIVE_INFINITY}) {
                    RunningRow other = new RunningRow(1, hides).beside(outside).from(from % 3);
                    assertSameBits(first, weights, other, other.update(scores, from), outside + " beside");
                }
            }
        }
    }

    private static void assertSameBits(RunningRow a, float[] ofA, RunningRow b, float[] ofB, String what) {
        assertArrayEquals(ofA, ofB, what);
        assertEquals(a.reference(), b.reference(), what);
        assertEquals(a.sum(), b.sum(), what);
        assertEquals(a.rescale(), b.rescale(), what);
    }

    /// Nothing seen: no sum, no reference, no weight; and nothing of that shows when keys come.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void startsWhenTheFirstKeyIsSeen(boolean hides) {
        float[] keys = new Case("keys", (random, _) -> (float) random.nextGaussian()).row(2 * PANEL, 11);
        RunningRow late = new RunningRow(LOG2_E, hides);
        for (int length : new int[] {2 * PANEL, 0, 3}) {
            assertArrayEquals(new float[length], late.update(filled(length, NEGATIVE_INFINITY), 2));
            assertEquals(NEGATIVE_INFINITY, late.reference());
            assertEquals(0, late.sum());
            assertEquals(1, late.rescale());
        }
        RunningRow at = new RunningRow(LOG2_E, hides);
        float[] weights = at.update(keys);
        assertSameBits(at, weights, late, late.update(keys), "after hidden keys");
    }

    /// Hidden keys before and after, passed or left out: the same bits.
    @ParameterizedTest
    @MethodSource("cases")
    void hiddenKeysLeaveNoTrace(Case scores) {
        float[] seen = scores.row(2 * PANEL + 3, 13);
        int begin = 2 * PANEL + 5;
        float[] row = filled(6 * PANEL, NEGATIVE_INFINITY);
        System.arraycopy(seen, 0, row, begin, seen.length);
        for (float factor : new float[] {1, LOG2_E, MIN_VALUE}) {
            RunningRow expected = new RunningRow(factor, true);
            expected.update(new float[] {0.5f});
            float[] weights = expected.update(seen, begin);
            for (int from = 0; from <= begin; from += 3) {
                for (int to : new int[] {begin + seen.length, begin + seen.length + 1, 5 * PANEL + 1, 6 * PANEL}) {
                    RunningRow running = new RunningRow(factor, true);
                    running.update(new float[] {0.5f});
                    float[] all = running.update(Arrays.copyOfRange(row, from, to), from);
                    float[] inner = Arrays.copyOfRange(all, begin - from, begin - from + seen.length);
                    assertSameBits(expected, weights, running, inner, scores + ", columns " + from + " to " + to);
                }
            }
        }
    }

    /// A key less than 2¹² above leaves the reference where it is, unless hidden keys demand the careful way.
    @Test
    void keepsAReferenceThatServes() {
        for (int j = 0; j < 3 * STEP; j++) {
            for (boolean hides : EITHER) {
                RunningRow running = new RunningRow(1, hides);
                float[] first = filled(5, 0.3f);
                running.update(first);
                assertEquals(1, running.reference());
                float[] second = filled(3 * STEP, -20);
                second[j] = 12.875f;
                running.update(second, 3);
                assertEquals(hides ? 13 : 1, running.reference(), "key " + j);
                assertEquals(hides ? 0x1p-12f : 1, running.rescale(), "key " + j);
                running.judge(concat(first, second), "key " + j + ", hides=" + hides);
            }
        }
    }

    /// From a sum of 2¹² on, of one key or of many, in whole steps or cut ones, the block is taken again.
    @Test
    void raisesAReferenceThatIsTooLow() {
        for (int j = 0; j < 3 * STEP; j++) {
            for (float high : new float[] {13, 13.5f, 140, 1000, 0x1p22f, 0x1p60f, MAX_VALUE}) {
                RunningRow running = new RunningRow(1, false);
                float[] first = filled(5, 0.3f);
                running.update(first);
                float[] second = filled(3 * STEP, -20);
                second[j] = high;
                running.update(second, 3);
                assertEquals(Math.ceil(high), running.reference(), "key " + j);
                assertEquals((float) Math.pow(2, 1 - Math.ceil(high)), running.rescale(), "key " + j);
                running.judge(concat(first, second), "key " + j + " of " + high);
            }
        }
        RunningRow many = new RunningRow(1, false);
        many.update(filled(STEP, 0.5f));
        many.update(filled(2 * STEP, 12));
        assertEquals(12, many.reference(), 2 * STEP + " keys of 2^11");
        many.judge(concat(filled(STEP, 0.5f), filled(2 * STEP, 12)), "many keys");
    }

    /// A block may sum to 2¹² with no key above: taken again to no other effect.
    @Test
    void countsManyKeys() {
        float[] row = filled(3 << 12, 1);
        RunningRow running = new RunningRow(1, false);
        running.update(row);
        assertEquals(1, running.reference());
        assertEquals(row.length, running.sum());
        running.judge(row, "all at the reference");
    }

    private static float[] concat(float[] a, float[] b) {
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /// What is not a number spoils its own row, for good; +∞ too, as in the reference: ∞ − ∞.
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, POSITIVE_INFINITY})
    void spoilsItsRow(float poison) {
        for (int at = 0; at < 2 * PANEL; at++) {
            for (float others : new float[] {1, NEGATIVE_INFINITY, MAX_VALUE, -MAX_VALUE}) {
                for (boolean hides : EITHER) {
                    spoilsItsRow(poison, at, others, new RunningRow(LOG2_E, hides), true);
                    spoilsItsRow(poison, at, others, new RunningRow(LOG2_E, hides), false);
                }
            }
        }
    }

    private static void spoilsItsRow(float poison, int at, float others, RunningRow running, boolean later) {
        String what = "%s at %d among %s, later=%b".formatted(poison, at, others, later);
        if (later) {
            running.update(filled(PANEL, 0.5f));
        }
        float[] scores = filled(2 * PANEL, others);
        scores[at] = poison;
        assertTrue(Float.isNaN(running.update(scores, 1)[at]), what);
        for (float next : new float[] {1e3f, -1e3f, NEGATIVE_INFINITY, MAX_VALUE}) {
            assertTrue(Double.isNaN(running.sum()), what + ", before " + next);
            assertNotEquals(NEGATIVE_INFINITY, running.reference(), what + ": it has seen a key");
            running.update(filled(PANEL, next));
        }
        assertTrue(Double.isNaN(running.sum()), what);
    }

    /// What lies around the block and the row's state stays; a row that is cleared has seen nothing.
    @Test
    void writesItsRowAlone() {
        int from = PANEL + 3;
        int to = 3 * PANEL - 2;
        int length = 5 * PANEL;
        int scoresAt = 3 * length;
        SoftmaxRows rows = new SoftmaxRows(3);
        float[] w = filled(2 * scoresAt, 1.5f);
        Arrays.fill(w, 0, scoresAt, 7);
        for (int r : new int[] {0, 2, 1}) {
            assertEquals(NEGATIVE_INFINITY, rows.reference(r));
            assertEquals(0, rows.sum(r));
            int at = r * length;
            OnlineSoftmax.update(w, scoresAt + at, at, from, to, 1, false, rows, r, new float[WIDTH]);
        }
        for (int j = 0; j < scoresAt; j++) {
            int column = j % length;
            boolean isSeen = column >= from && column < to;
            boolean inStep = column >= from / STEP * STEP && column < Lanes.roundUp(to, STEP);
            assertTrue(isSeen ? w[j] > 0 && w[j] < 1 : w[j] == (inStep ? 0 : 7), "weight " + j + ": " + w[j]);
            assertTrue(inStep && !isSeen || w[scoresAt + j] == 1.5f, "score " + j + ": " + w[scoresAt + j]);
        }
        rows.clear(1);
        OnlineSoftmax.update(filled(2 * STEP, 60), STEP, 0, 0, 1, 1, false, rows, 2, new float[WIDTH]);
        assertEquals(NEGATIVE_INFINITY, rows.reference(1));
        assertEquals(0, rows.sum(1));
        assertEquals(2, rows.reference(0));
        assertEquals((to - from) * Math.sqrt(0.5), rows.sum(0), (to - from) * 0x1p-20);
        assertEquals(1, rows.rescale(1));
        assertEquals(60, rows.reference(2));
        assertEquals(0x1p-58f, rows.rescale(2));
    }

    /// As in a tile: each row's weights over the scores of the row before, which has them no more.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void weightsMayOverwriteTheRowBefore(boolean hides) {
        int count = 5;
        int length = 3 * PANEL;
        float[] w = filled((count + 1) * length, POSITIVE_INFINITY);
        float[][] scores = new float[count][];
        for (int r = 0; r < count; r++) {
            int spread = r == 3 ? 1000 : 3;
            scores[r] = new Case("", (random, _) -> (float) (spread * random.nextGaussian())).row(length - 4, r);
            System.arraycopy(scores[r], 0, w, (r + 1) * length + 1, length - 4);
        }
        SoftmaxRows rows = new SoftmaxRows(count);
        for (int r = 0; r < count; r++) {
            int at = r * length;
            OnlineSoftmax.update(w, at + length, at, 1, length - 3, LOG2_E, hides, rows, r, new float[WIDTH]);
        }
        for (int r = 0; r < count; r++) {
            RunningRow alone = new RunningRow(LOG2_E, hides);
            float[] weights = alone.update(scores[r], 1);
            assertArrayEquals(weights, Arrays.copyOfRange(w, r * length + 1, (r + 1) * length - 3), "row " + r);
            assertEquals(alone.sum(), rows.sum(r), "row " + r);
            assertEquals(alone.reference(), rows.reference(r), "row " + r);
        }
    }

    /// Every tier of the compiler gives the same bits.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keepsItsBitsWhenCompiled(boolean hides) {
        float[] row = new Case("", (random, _) -> (float) (5 * random.nextGaussian())).row(2 * PANEL + 3, 17);
        RunningRow first = new RunningRow(LOG2_E, hides);
        float[] weights = first.update(row, 5);
        for (int n = 0; n < COMPILED; n++) {
            RunningRow again = new RunningRow(LOG2_E, hides);
            assertSameBits(first, weights, again, again.update(row, 5), "run " + n);
        }
    }

    private static float[] filled(int length, float value) {
        float[] array = new float[length];
        Arrays.fill(array, value);
        return array;
    }
}
