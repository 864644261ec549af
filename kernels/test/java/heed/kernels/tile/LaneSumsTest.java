package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sums of many vectors' lanes, bit by bit the tree that halves a vector until one lane is left.
@ExtendWith(ForcedWidth.class)
final class LaneSumsTest {
    private static final float SENTINEL = 1234.5f;

    /// Each lane of WIDTH vectors another power of two, so that a sum, which is exact, names its lanes.
    @Test
    void addsEachLaneOnce() {
        float[] vectors = new float[WIDTH * WIDTH];
        for (int n = 0; n < vectors.length; n++) {
            vectors[n] = Math.scalb(1f, n - 128);
        }
        float[] sums = new float[WIDTH];
        LaneSums.sum(vectors, 0, WIDTH, sums, 0);
        for (int v = 0; v < WIDTH; v++) {
            assertEquals(Math.scalb((1 << WIDTH) - 1f, v * WIDTH - 128), sums[v], "vector " + v);
        }
    }

    /// Magnitudes so far apart that any other order would round otherwise.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 8})
    void addsAsATree(int batches) {
        int count = batches * WIDTH;
        for (int at : new int[] {0, 1, 7, WIDTH}) {
            for (int to : new int[] {0, 3, WIDTH + 1}) {
                for (long seed = 1; seed <= 20; seed++) {
                    check(count, at, to, seed);
                }
            }
        }
    }

    private static void check(int count, int at, int to, long seed) {
        Random random = new Random(seed);
        float[] vectors = new float[at + count * WIDTH + WIDTH];
        Arrays.fill(vectors, Float.NaN);
        for (int n = 0; n < count * WIDTH; n++) {
            vectors[at + n] = (float) Math.scalb(random.nextGaussian(), random.nextInt(-12, 12));
        }
        float[] before = vectors.clone();
        float[] sums = new float[to + count + WIDTH];
        Arrays.fill(sums, SENTINEL);
        LaneSums.sum(vectors, at, count, sums, to);
        String what = "count=%d at=%d to=%d seed=%d".formatted(count, at, to, seed);
        for (int n = 0; n < sums.length; n++) {
            boolean isSum = n >= to && n < to + count;
            float expected = isSum ? tree(before, at + (n - to) * WIDTH) : SENTINEL;
            assertEquals(expected, sums[n], () -> what);
        }
        int end = at + count * WIDTH;
        assertArrayEquals(Arrays.copyOf(before, at), Arrays.copyOf(vectors, at), () -> what);
        assertArrayEquals(
                Arrays.copyOfRange(before, end, before.length),
                Arrays.copyOfRange(vectors, end, before.length),
                () -> what);
    }

    /// The lanes of a vector, one half added to the other until one lane is left.
    static float tree(float[] vectors, int at) {
        float[] lanes = Arrays.copyOfRange(vectors, at, at + WIDTH);
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = 0; n < half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[0];
    }

    /// NaN and ±∞ reach the sum of their vector and no other.
    @Test
    void keepsWhatIsNotFiniteApart() {
        for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            for (int n = 0; n < WIDTH * WIDTH; n++) {
                float[] vectors = new float[WIDTH * WIDTH];
                Arrays.fill(vectors, 1);
                vectors[n] = poison;
                float[] sums = new float[WIDTH];
                LaneSums.sum(vectors, 0, WIDTH, sums, 0);
                for (int v = 0; v < WIDTH; v++) {
                    assertEquals(v == n / WIDTH ? poison : WIDTH, sums[v], poison + " at " + n);
                }
            }
        }
    }
}
