package heed.kernels.tile;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDE_TILES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Copies of kernels: who shares one, which are kept, and that they compute what the general class does. Those of
/// [StoredKernels] are held against it bit by bit in [StoredKernelsTest].
@ExtendWith(ForcedWidth.class)
final class SpecialisedTest {
    private static final int KEPT = 32;
    private static final float SENTINEL = 1234.5f;

    @Test
    void equalConstantsShareOneCopy() {
        Specialised specialised = new Specialised();
        Set<Class<?>> classes = new HashSet<>();
        for (StoredType type : StoredType.values()) {
            for (int[] dims : new int[][] {{0, 0}, {64, 0}, {0, 64}, {64, 64}, {64, 128}}) {
                StoredKernels copy = specialised.stored(new StoredConstants(type, dims[0], dims[1]));
                assertSame(copy, specialised.stored(new StoredConstants(type, dims[0], dims[1])));
                assertTrue(copy.getClass().isHidden() && classes.add(copy.getClass()), type + " has no copy");
            }
        }
        assertEquals(5 * StoredType.values().length, classes.size());
        StoredConstants any = new StoredConstants(StoredType.F32, 64, 64);
        assertNotSame(specialised.stored(any), new Specialised().stored(any), "caches are their owners' own");
    }

    @Test
    void narrowTilesAreNotSpecialised() {
        ScorePanels scores = new Specialised().scores(64, PANEL);
        assertEquals(!WIDE_TILES, scores.getClass() == ScoreLoop.class);
        assertEquals(WIDE_TILES, scores.getClass().isHidden());
    }

    /// The copy used longest ago goes first, and no more than one.
    @Test
    void keepsThoseUsedLast() {
        Specialised specialised = new Specialised();
        Object[] copies = new Object[KEPT];
        for (int n = 0; n < KEPT; n++) {
            copies[n] = copy(specialised, n);
        }
        for (int n = 0; n < KEPT; n++) {
            assertSame(copies[n], copy(specialised, n), "copy " + n + " of " + KEPT);
        }
        copy(specialised, 0);
        copy(specialised, KEPT);
        assertSame(copies[0], copy(specialised, 0), "just used");
        for (int n = 2; n < KEPT; n++) {
            assertSame(copies[n], copy(specialised, n), "used after the one that went");
        }
        assertNotSame(copies[1], copy(specialised, 1), "used longest ago");
    }

    /// Of both kinds by turns, where tiles are specialised.
    private static Object copy(Specialised specialised, int n) {
        return WIDE_TILES && n % 2 == 1
                ? specialised.scores(n + 1, PANEL)
                : specialised.stored(new StoredConstants(StoredType.F32, n + 1, 0));
    }

    /// All groups, none, ranges of their own: the bits of the general class, of one chain of multiply-adds each,
    /// and no column beside.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 16, 64, 80, 127})
    void scoresAreThoseOfTheGeneralClass(int headDim) {
        Specialised specialised = new Specialised();
        for (int panels = 1; panels <= 4; panels += 3) {
            int[][] ranges = {{0, panels}, {panels, panels}, {panels - 1, panels}, {0, 1}};
            for (int groups = 0; groups <= ranges.length; groups++) {
                compare(specialised.scores(headDim, panels * PANEL), headDim, panels * PANEL, ranges, groups);
            }
        }
    }

    private static void compare(ScorePanels copy, int headDim, int blockKeys, int[][] ranges, int groups) {
        Random random = new Random(headDim);
        int keysAt = 3;
        float[] query = gaussian(groups * ROWS * headDim, random);
        float[] keys = gaussian(keysAt + blockKeys * headDim, random);
        int[] from = new int[groups];
        int[] to = new int[groups];
        for (int g = 0; g < groups; g++) {
            from[g] = ranges[g][0] * PANEL;
            to[g] = ranges[g][1] * PANEL;
        }
        int scoresAt = 2 * PANEL + 5;
        float[] expected = filled(scoresAt + groups * ROWS * blockKeys + PANEL);
        float[] scores = expected.clone();
        new ScoreLoop().scores(query, headDim, keys, keysAt, expected, scoresAt, blockKeys, from, to, groups);
        copy.scores(query, headDim, keys, keysAt, scores, scoresAt, blockKeys, from, to, groups);
        String what = "headDim=%d blockKeys=%d groups=%d, seed %d".formatted(headDim, blockKeys, groups, headDim);
        assertArrayEquals(expected, scores, what);
        for (int n = 0; n < scores.length; n++) {
            int r = Math.floorDiv(n - scoresAt, blockKeys);
            int g = Math.floorDiv(r, ROWS);
            int column = Math.floorMod(n - scoresAt, blockKeys);
            boolean isSeen = g >= 0 && g < groups && from[g] <= column && column < to[g];
            float[] q = isSeen ? row(query, r, headDim) : new float[0];
            float exact =
                    isSeen ? chain(q, keys, keysAt + column / PANEL * PANEL * headDim + column % PANEL) : SENTINEL;
            assertEquals(exact, scores[n], () -> what);
        }
    }

    private static float[] row(float[] query, int r, int headDim) {
        return Arrays.copyOfRange(query, r * headDim, (r + 1) * headDim);
    }

    private static float chain(float[] query, float[] keys, int at) {
        float chain = 0;
        for (int d = 0; d < query.length; d++) {
            chain = Math.fma(query[d], keys[at + d * PANEL], chain);
        }
        return chain;
    }

    private static float[] gaussian(int length, Random random) {
        float[] array = new float[length];
        for (int n = 0; n < length; n++) {
            array[n] = (float) random.nextGaussian();
        }
        return array;
    }

    private static float[] filled(int length) {
        float[] array = new float[length];
        Arrays.fill(array, SENTINEL);
        return array;
    }
}
