package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDTH;
import static java.lang.Float.MAX_VALUE;
import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
                new Case("tiny", (random, _) -> (float) (1e-40 * random.nextGaussian())),
                new Case("rising", (_, j) -> 0.37f * j),
                new Case("falling", (_, j) -> -0.37f * j),
                new Case("all -MAX", (_, _) -> -MAX_VALUE),
                new Case("all MAX", (_, _) -> MAX_VALUE),
                new Case("-MAX, then MAX", (_, j) -> j < 3 * PANEL ? -MAX_VALUE : MAX_VALUE),
                new Case("MAX, then -MAX", (_, j) -> j < 3 * PANEL ? MAX_VALUE : -MAX_VALUE),
                new Case("-MAX and 0", (random, _) -> random.nextBoolean() ? -MAX_VALUE : 0),
                new Case("any finite float", (random, _) -> (float) (MAX_VALUE * (2 * random.nextDouble() - 1))),
                new Case("a hidden start", (random, j) -> j < 2 * PANEL + 3 ? hidden() : (float) random.nextGaussian()),
                new Case("a hidden middle", (random, j) -> j / PANEL == 2 ? hidden() : (float) random.nextGaussian()),
                new Case("a hidden end", (random, j) -> j > PANEL ? hidden() : (float) random.nextGaussian()),
                new Case("one key of -MAX", (_, j) -> j == 3 * PANEL + 1 ? -MAX_VALUE : hidden()),
                new Case("hidden at random", (random, _) -> random.nextBoolean() ? hidden() : random.nextFloat()),
                new Case(
                        "hidden -MAX and 1e4",
                        (random, _) -> new float[] {hidden(), -MAX_VALUE, 1e4f}[random.nextInt(3)]));
    }

    private static float hidden() {
        return NEGATIVE_INFINITY;
    }

    /// In one block, in blocks of a panel, and in blocks of growing size.
    @ParameterizedTest
    @MethodSource("cases")
    void isTheSoftmaxOfAllBlocks(Case scores) {
        for (long seed = 1; seed <= 5; seed++) {
            float[] row = scores.row(6 * PANEL, seed);
            for (int[] cuts : new int[][] {{0, 6}, {0, 1, 2, 3, 4, 5, 6}, {0, 1, 3, 6}, {0, 0, 3, 3, 6}}) {
                String what = "%s, blocks %s, seed %d".formatted(scores, Arrays.toString(cuts), seed);
                RunningRow running = new RunningRow(NEGATIVE_INFINITY);
                for (int n = 0; n + 1 < cuts.length; n++) {
                    running.update(Arrays.copyOfRange(row, cuts[n] * PANEL, cuts[n + 1] * PANEL));
                }
                running.judge(row, what);
            }
        }
    }

    /// A row may begin with a sink, whose share is in the sum before the first key.
    @ParameterizedTest
    @MethodSource("cases")
    void beginsWithASink(Case scores) {
        for (float sink : new float[] {0, -2.5f, 1e4f, -1e4f, -MAX_VALUE}) {
            float[] row = scores.row(3 * PANEL, 7);
            RunningRow running = new RunningRow(sink);
            running.update(Arrays.copyOf(row, PANEL));
            running.update(Arrays.copyOfRange(row, PANEL, 3 * PANEL));
            running.judge(row, scores + ", sink " + sink);
        }
    }

    /// Nothing seen: no sum, no maximum, no weight; and nothing of that shows when keys come.
    @Test
    void startsWhenTheFirstKeyIsSeen() {
        float[] keys = new Case("keys", (random, _) -> (float) random.nextGaussian()).row(2 * PANEL, 11);
        RunningRow late = new RunningRow(NEGATIVE_INFINITY);
        for (int n = 0; n < 3; n++) {
            float[] weights = late.update(filled(2 * PANEL, NEGATIVE_INFINITY));
            assertArrayEquals(new float[2 * PANEL], weights);
            assertEquals(NEGATIVE_INFINITY, late.max());
            assertEquals(0, late.sum());
            assertTrue(Float.isFinite(late.rescale()), "0 times the factor must stay 0: " + late.rescale());
        }
        RunningRow at = new RunningRow(NEGATIVE_INFINITY);
        assertArrayEquals(at.update(keys), late.update(keys));
        assertEquals(at.max(), late.max());
        assertEquals(at.sum(), late.sum());
    }

    /// Hidden panels before and after, passed or left out: the same bits.
    @ParameterizedTest
    @MethodSource("cases")
    void hiddenPanelsLeaveNoTrace(Case scores) {
        float[] row = filled(6 * PANEL, NEGATIVE_INFINITY);
        System.arraycopy(scores.row(2 * PANEL, 13), 0, row, 2 * PANEL, 2 * PANEL);
        float[] first = {0.5f, 2, 0};
        float[] expected = row.clone();
        float[] expectedState = first.clone();
        OnlineSoftmax.update(expected, 0, 6 * PANEL, expectedState, 0, new float[WIDTH]);
        for (int from = 0; from <= 2; from++) {
            for (int to = 4; to <= 6; to++) {
                float[] weights = row.clone();
                float[] state = first.clone();
                OnlineSoftmax.update(weights, from * PANEL, to * PANEL, state, 0, new float[WIDTH]);
                String what = "%s, panels %d to %d".formatted(scores, from, to);
                assertArrayEquals(expectedState, state, what);
                assertArrayEquals(
                        Arrays.copyOfRange(expected, 2 * PANEL, 4 * PANEL),
                        Arrays.copyOfRange(weights, 2 * PANEL, 4 * PANEL),
                        what);
            }
        }
    }

    /// What is not a number spoils its own row, for good; +∞ too, as in the reference: ∞ − ∞.
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, POSITIVE_INFINITY})
    void spoilsItsRow(float poison) {
        for (int at = 0; at < 2 * PANEL; at++) {
            for (float others : new float[] {1, NEGATIVE_INFINITY, MAX_VALUE}) {
                RunningRow running = new RunningRow(NEGATIVE_INFINITY);
                running.update(filled(PANEL, 0.5f));
                float[] scores = filled(2 * PANEL, others);
                scores[at] = poison;
                assertTrue(Float.isNaN(running.update(scores)[at]), poison + " at " + at + " among " + others);
                assertTrue(Float.isNaN(running.sum()), "sum with " + poison + " at " + at + " among " + others);
                running.update(filled(PANEL, 1e3f));
                assertTrue(Float.isNaN(running.sum()), "sum later, with " + poison + " at " + at);
            }
        }
    }

    /// What lies around the block and the row's state stays.
    @Test
    void writesItsRowAlone() {
        float[] s = filled(5 * PANEL, 1.5f);
        float[] state = filled(12, 8);
        OnlineSoftmax.update(s, PANEL, 3 * PANEL, state, 3, new float[WIDTH]);
        for (int j = 0; j < s.length; j++) {
            assertEquals(j < PANEL || j >= 3 * PANEL, s[j] == 1.5f, "score " + j);
        }
        for (int n = 0; n < state.length; n++) {
            assertTrue(n / 3 == 1 || state[n] == 8, "state " + n);
        }
    }

    /// Every tier of the compiler gives the same bits.
    @Test
    void keepsItsBitsWhenCompiled() {
        float[] row = new Case("", (random, _) -> (float) (5 * random.nextGaussian())).row(2 * PANEL, 17);
        RunningRow first = new RunningRow(0);
        float[] weights = first.update(row);
        for (int n = 0; n < COMPILED; n++) {
            RunningRow again = new RunningRow(0);
            assertArrayEquals(weights, again.update(row));
            assertEquals(first.sum(), again.sum());
        }
    }

    private static float[] filled(int length, float value) {
        float[] array = new float[length];
        Arrays.fill(array, value);
        return array;
    }
}
