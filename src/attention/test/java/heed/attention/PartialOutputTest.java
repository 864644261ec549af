package heed.attention;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

/// The same laws where values are carried along.
final class PartialOutputTest {
    private static final int ROWS = 3;
    private static final int DIM = 4;

    private final double[] output = new double[ROWS * DIM];
    private final double[] lse = new double[ROWS];

    private static PartialOutput over(double[] output, double[] lse) {
        return new PartialOutput(Tensor.of(output, 1, 1, ROWS, DIM), Tensor.of(lse, 1, 1, ROWS));
    }

    private PartialOutput random(long seed) {
        Random random = new Random(seed);
        double[] values = random.doubles(ROWS * DIM, -2, 2).toArray();
        values[1] = -0.0;
        return over(values, random.doubles(ROWS, -9, 9).toArray());
    }

    private PartialOutput empty() {
        PartialOutput partial = over(new double[ROWS * DIM], new double[ROWS]);
        partial.clear();
        return partial;
    }

    private void read(PartialOutput partial) {
        for (int i = 0; i < ROWS; i++) {
            lse[i] = partial.logSumExp().get(0, 0, i);
            for (int d = 0; d < DIM; d++) {
                output[i * DIM + d] = partial.output().get(0, 0, i, d);
            }
        }
    }

    private void assertSame(PartialOutput expected, PartialOutput actual) {
        read(expected);
        double[] wanted = output.clone();
        double[] wantedLse = lse.clone();
        read(actual);
        // assertArrayEquals without a delta compares bits.
        assertArrayEquals(wanted, output);
        assertArrayEquals(wantedLse, lse);
    }

    @Test
    void emptyIsTheIdentityToTheBit() {
        PartialOutput partial = random(1);
        partial.merge(empty());
        assertSame(random(1), partial);
        PartialOutput fromEmpty = empty();
        fromEmpty.merge(random(1));
        assertSame(random(1), fromEmpty);
    }

    @Test
    void twoEmptyPartialsAreEmpty() {
        PartialOutput partial = empty();
        partial.merge(empty());
        assertSame(empty(), partial);
    }

    @Test
    void mergeCommutes() {
        PartialOutput ab = random(1);
        ab.merge(random(2));
        PartialOutput ba = random(2);
        ba.merge(random(1));
        assertSame(ab, ba);
    }

    @Test
    void whatSawNothingContributesNotEvenNaN() {
        PartialOutput poisoned = empty();
        poisoned.output().set(Double.NaN, 0, 0, 1, 2);
        PartialOutput partial = random(1);
        partial.merge(poisoned);
        assertSame(random(1), partial);
    }

    /// The weights are `e^lse`; in each of two merges they err by the log-sum-exp's rounding and a few units.
    @Test
    void mergeAssociatesUpToRounding() {
        PartialOutput left = random(1);
        left.merge(random(2));
        left.merge(random(3));
        PartialOutput tail = random(2);
        tail.merge(random(3));
        PartialOutput right = random(1);
        right.merge(tail);
        read(left);
        double[] expected = output.clone();
        double[] expectedLse = lse.clone();
        read(right);
        double allowed = 2 * (9 + 8) * 0x1p-53;
        for (int n = 0; n < output.length; n++) {
            assertEquals(expected[n], output[n], 2 * 2 * allowed);
        }
        assertArrayEquals(expectedLse, lse, 2 * allowed);
    }

    @Test
    void logAddExp() {
        assertEquals(Math.log(2), PartialOutput.logAddExp(0, 0), Math.ulp(1.0));
        assertEquals(-1e4, PartialOutput.logAddExp(-1e4, Double.NEGATIVE_INFINITY));
        assertEquals(
                Double.NEGATIVE_INFINITY, PartialOutput.logAddExp(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY));
    }

    @Test
    void shapesMustBelongTogether() {
        Tensor four = Tensor.of(new float[6], 1, 1, 2, 3);
        assertThrows(IllegalArgumentException.class, () -> new PartialOutput(four, four));
        assertThrows(IllegalArgumentException.class, () -> new PartialOutput(four, Tensor.of(new float[3], 1, 1, 3)));
    }
}
