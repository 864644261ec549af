package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The order of keys, and its edges.
final class TopKeysTest {
    private static List<Integer> top(int count, float... masses) {
        return TopKeys.of(Tensor.of(masses, 1, 1, masses.length), 0, 0, count).stream()
                .map(TopKeys.Key::index)
                .toList();
    }

    @Test
    void theHeaviestComeFirst() {
        assertEquals(List.of(2, 0, 3), top(3, 3, 1, 4, 2));
    }

    @Test
    void ofEqualKeysTheLowestIndexComesFirst() {
        assertEquals(List.of(1, 2, 0), top(3, 1, 2, 2, 1, 1));
        assertEquals(List.of(0, 1), top(2, 5, 5, 5, 5));
    }

    @Test
    void asManyKeysAsThereAreAreEnough() {
        assertEquals(List.of(1, 0), top(10, 1, 2));
        assertEquals(List.of(1, 0), top(Integer.MAX_VALUE, 1, 2));
        assertEquals(List.of(), top(10));
    }

    @Test
    void noKeyMayBeAskedFor() {
        assertEquals(List.of(), top(0, 1, 2));
    }

    @Test
    void nanComesFirst() {
        assertEquals(List.of(1, 3, 2), top(3, 1, Float.NaN, 7, Float.NaN));
    }

    @Test
    void eachHeadOfEachSequenceHasItsOwn() {
        Tensor masses = Tensor.of(new float[] {1, 2, 4, 3, 6, 5, 7, 8}, 2, 2, 2);
        assertEquals(List.of(new TopKeys.Key(1, 2)), TopKeys.of(masses, 0, 0, 1));
        assertEquals(List.of(new TopKeys.Key(0, 4)), TopKeys.of(masses, 0, 1, 1));
        assertEquals(List.of(new TopKeys.Key(0, 6)), TopKeys.of(masses, 1, 0, 1));
        assertEquals(List.of(new TopKeys.Key(1, 8)), TopKeys.of(masses, 1, 1, 1));
    }

    @Test
    void theyAreTheFirstOfAllKeysSorted() {
        SplittableRandom random = new SplittableRandom(5);
        float[] masses = new float[1000];
        for (int j = 0; j < masses.length; j++) {
            masses[j] = random.nextInt(50);
        }
        List<Integer> sorted = IntStream.range(0, masses.length)
                .boxed()
                .sorted(Comparator.comparing((Integer j) -> -masses[j]))
                .limit(70)
                .toList();
        assertEquals(sorted, top(70, masses));
    }

    @Test
    void aNegativeCountAndOtherAxesAreRefused() {
        assertEquals(
                "count must not be negative: count=-1",
                assertThrows(IllegalArgumentException.class, () -> top(-1, 1)).getMessage());
        Tensor rows = Tensor.of(new float[4], 2, 2);
        assertEquals(
                "columnMass must be [batch, queryHeads, kvLen]: columnMass=F32[2, 2]",
                assertThrows(IllegalArgumentException.class, () -> TopKeys.of(rows, 0, 0, 1))
                        .getMessage());
    }
}
