package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.RotaryEmbedding.Pairing;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RotaryEmbeddingTest {
    private static final double BASE = 10000;
    private static final int POSITIONS = 50;

    /// Half a unit of doubles.
    private static final double U = 0x1p-53;

    private static RotaryEmbedding embedding(Pairing pairing, int rotaryDim) {
        return RotaryEmbedding.of(pairing, rotaryDim, BASE, new RotaryScaling.None(), POSITIONS);
    }

    private static double[] drawn(long seed, int count) {
        return new Random(seed).doubles(count, -1, 1).toArray();
    }

    /// Two sequences of two heads of three rows, at different positions: each pair of the definition.
    @ParameterizedTest
    @EnumSource
    void pairsTurnByTheDefinition(Pairing pairing) {
        int dim = 10;
        int rotaryDim = 6;
        double[] x = drawn(301, 2 * 2 * 3 * dim);
        double[] turned = new double[x.length];
        int[] first = {0, 41};
        embedding(pairing, rotaryDim).rotate(Tensor.of(x, 2, 2, 3, dim), first, Tensor.of(turned, 2, 2, 3, dim));
        for (int row = 0; row < 12; row++) {
            int p = first[row / 6] + row % 3;
            int at = row * dim;
            for (int r = 0; r < 3; r++) {
                double angle = p * Math.pow(BASE, -r / 3.0);
                int one = at + (pairing == Pairing.INTERLEAVED ? 2 * r : r);
                int two = at + (pairing == Pairing.INTERLEAVED ? 2 * r + 1 : r + 3);
                // The angle errs by some units of itself, cos and sin by as much, and products and sum by one each.
                double bound = (4 * Math.abs(angle) + 8) * 2 * U;
                assertEquals(x[one] * Math.cos(angle) - x[two] * Math.sin(angle), turned[one], bound);
                assertEquals(x[two] * Math.cos(angle) + x[one] * Math.sin(angle), turned[two], bound);
            }
            for (int d = rotaryDim; d < dim; d++) {
                assertEquals(x[at + d], turned[at + d], "past rotaryDim");
            }
        }
    }

    /// Position 1, base 1: every pair turns by one radian, whose cosine and sine are known.
    @Test
    void oneRadian() {
        double[] x = {1, 0, 0, 1};
        RotaryEmbedding.of(Pairing.INTERLEAVED, 4, 1, new RotaryScaling.None(), 2)
                .rotate(Tensor.of(x, 1, 1, 1, 4), new int[] {1}, Tensor.of(x, 1, 1, 1, 4));
        double cos = 0.5403023058681398;
        double sin = 0.8414709848078965;
        assertArrayEquals(new double[] {cos, sin, -sin, cos}, x, 2 * U);
    }

    @ParameterizedTest
    @EnumSource
    void inPlaceIsTheSame(Pairing pairing) {
        double[] x = drawn(302, 4 * 8);
        double[] apart = new double[x.length];
        Tensor rows = Tensor.of(x, 1, 2, 2, 8);
        embedding(pairing, 8).rotate(rows, new int[] {7}, Tensor.of(apart, 1, 2, 2, 8));
        embedding(pairing, 8).rotate(rows, new int[] {7}, rows);
        assertArrayEquals(apart, x);
    }

    @Test
    void positionsOfTheirOwnAreThoseOfRuns() {
        double[] x = drawn(303, 6 * 8);
        double[] byRun = new double[x.length];
        double[] byRow = new double[x.length];
        RotaryEmbedding embedding = embedding(Pairing.HALF_SPLIT, 8);
        embedding.rotate(Tensor.of(x, 2, 1, 3, 8), new int[] {4, 20}, Tensor.of(byRun, 2, 1, 3, 8));
        embedding.rotateAt(Tensor.of(x, 2, 1, 3, 8), new int[] {4, 5, 6, 20, 21, 22}, Tensor.of(byRow, 2, 1, 3, 8));
        assertArrayEquals(byRun, byRow);
    }

    /// Elements with strides and of other types.
    @Test
    void resultsAreRoundedToTheTargetsType() {
        double[] x = drawn(304, 3 * 8);
        double[] exact = new double[x.length];
        float[] backward = new float[x.length];
        RotaryEmbedding embedding = embedding(Pairing.HALF_SPLIT, 8);
        embedding.rotate(Tensor.of(x, 1, 1, 3, 8), new int[] {3}, Tensor.of(exact, 1, 1, 3, 8));
        Tensor target = Tensor.strided(
                MemorySegment.ofArray(backward),
                ElementType.F32,
                Float.BYTES * 16L,
                new int[] {1, 1, 3, 8},
                new long[] {0, 0, -Float.BYTES * 8L, Float.BYTES});
        embedding.rotate(Tensor.of(x, 1, 1, 3, 8), new int[] {3}, target);
        for (int n = 0; n < x.length; n++) {
            assertEquals((float) exact[n], backward[(2 - n / 8) * 8 + n % 8]);
        }
    }

    /// `q · k` depends on the distance of their positions only.
    @ParameterizedTest
    @EnumSource
    void productsDependOnTheDistance(Pairing pairing) {
        int dim = 16;
        double[] q = drawn(305, dim);
        double[] k = drawn(306, dim);
        RotaryEmbedding embedding = embedding(pairing, dim);
        for (int distance : new int[] {0, 1, 9}) {
            double wanted = product(turned(embedding, q, distance), turned(embedding, k, 0));
            for (int p = 1; p + distance < POSITIONS; p++) {
                double product = product(turned(embedding, q, p + distance), turned(embedding, k, p));
                // Angles up to 50 err by some units of 50, in both rows and on both sides.
                assertEquals(wanted, product, 16 * POSITIONS * dim * U, "distance " + distance + " at " + p);
            }
        }
    }

    private static double[] turned(RotaryEmbedding embedding, double[] row, int position) {
        double[] turned = new double[row.length];
        embedding.rotate(
                Tensor.of(row, 1, 1, 1, row.length), new int[] {position}, Tensor.of(turned, 1, 1, 1, row.length));
        return turned;
    }

    private static double product(double[] q, double[] k) {
        double sum = 0;
        for (int d = 0; d < q.length; d++) {
            sum += q[d] * k[d];
        }
        return sum;
    }

    @Test
    void tablesOfOnesOwnAreTaken() {
        Tensor cos = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        Tensor sin = Tensor.of(new float[] {5, 6, 7, 8}, 2, 2);
        RotaryEmbedding embedding = RotaryEmbedding.of(Pairing.HALF_SPLIT, cos, sin);
        assertEquals(4, embedding.rotaryDim());
        assertEquals(2, embedding.positions());
        assertArrayEquals(
                new double[] {3 - 700, 40 - 8000, 300 + 7, 4000 + 80},
                turned(embedding, new double[] {1, 10, 100, 1000}, 1));
    }

    @Test
    void positionsPastTheTablesAreRefused() {
        RotaryEmbedding embedding = embedding(Pairing.HALF_SPLIT, 4);
        double[] x = {1, 2, 3, 4, 5, 6, 7, 8};
        Tensor rows = Tensor.of(x, 1, 1, 2, 4);
        assertRefused(
                "positions must lie within the tables' 50: first=49, len=2",
                () -> embedding.rotate(rows, new int[] {49}, rows));
        assertRefused(
                "positions must lie within the tables' 50: first=-1, len=2",
                () -> embedding.rotate(rows, new int[] {-1}, rows));
        assertRefused(
                "positions must lie within the tables' 50: first=50, len=1",
                () -> embedding.rotateAt(rows, new int[] {0, 50}, rows));
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 7, 8}, x, "a refused call wrote");
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        RotaryEmbedding embedding = embedding(Pairing.HALF_SPLIT, 4);
        Tensor narrow = Tensor.of(new double[6], 1, 1, 2, 3);
        assertRefused(
                "x and target must be [batch, heads, len, dim] with dim at least rotaryDim=4:"
                        + " x=F64[1, 1, 2, 3], target=F64[1, 1, 2, 3]",
                () -> embedding.rotate(narrow, new int[] {0}, narrow));
        Tensor rows = Tensor.of(new double[8], 1, 1, 2, 4);
        assertRefused(
                "first needs an entry for each sequence: batch=1, entries=2",
                () -> embedding.rotate(rows, new int[] {0, 0}, rows));
        assertRefused("rotaryDim must be even and positive: rotaryDim=5", () -> embedding(Pairing.HALF_SPLIT, 5));
    }

    /// In place is whole or not at all.
    @Test
    void targetsThatOverlapPartlyAreRefused() {
        MemorySegment memory = MemorySegment.ofArray(new double[12]);
        Tensor x = Tensor.of(memory, ElementType.F64, 1, 1, 2, 4);
        Tensor target = Tensor.of(memory.asSlice(32), ElementType.F64, 1, 1, 2, 4);
        assertRefused(
                "target must not overlap x: give it memory of its own, target=F64[1, 1, 2, 4], x=F64[1, 1, 2, 4]",
                () -> embedding(Pairing.HALF_SPLIT, 4).rotate(x, new int[] {0}, target));
    }
}
