package heed.kernels.fused;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionSpec;
import heed.attention.SoftmaxState;
import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The merge of splits, whose laws are those of [SoftmaxState].
@ExtendWith(ForcedWidth.class)
final class RowTotalsTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(1, 1).build();
    private static final int ROWS = 3;
    private static final int LENGTH = 2 * WIDTH;
    private static final double UNIT = 0x1p-24;
    private static final double DOUBLE_UNIT = 0x1p-53;

    /// What one split found for a row.
    private record Split(float[] output, double reference, double sum) {
        static Split empty() {
            float[] garbage = new float[LENGTH];
            Arrays.fill(garbage, Float.NaN);
            return new Split(garbage, Double.NEGATIVE_INFINITY, 0);
        }

        static Split random(Random random, double reference) {
            float[] output = new float[LENGTH];
            for (int d = 0; d < LENGTH; d++) {
                output[d] = (float) (100 * random.nextGaussian());
            }
            return new Split(output, reference, 1 + 100 * random.nextDouble());
        }

        void into(RowTotals totals, int r) {
            float[] others = new float[5 + LENGTH];
            System.arraycopy(output, 0, others, 5, LENGTH);
            totals.merge(r, others, 5, reference, sum, new RowDiagnostics(SPEC, ROWS), 0);
        }
    }

    private static RowTotals merged(int r, Split... splits) {
        RowTotals totals = new RowTotals(SPEC, ROWS, LENGTH);
        totals.clear(ROWS);
        for (Split split : splits) {
            split.into(totals, r);
        }
        return totals;
    }

    private static Split row(RowTotals totals, int r) {
        float[] output = Arrays.copyOfRange(totals.output(), r * LENGTH, (r + 1) * LENGTH);
        return new Split(output, totals.reference(r), totals.sum(r));
    }

    private static void assertSameBits(Split expected, Split actual, String what) {
        assertArrayEquals(expected.output, actual.output, what);
        assertEquals(expected.reference, actual.reference, what);
        assertEquals(expected.sum, actual.sum, what);
    }

    /// Before, between and after: a split that saw nothing changes no bit, whatever its output holds.
    @Test
    void emptyIsTheIdentity() {
        Split a = Split.random(new Random(1), -3);
        a.output[0] = -0f;
        a.output[1] = Float.MIN_VALUE;
        Split b = Split.random(new Random(2), 7.25);
        Split none = Split.empty();
        assertSameBits(a, row(merged(1, a), 1), "the first is taken as it is");
        assertSameBits(a, row(merged(1, none, a), 1), "before");
        assertSameBits(a, row(merged(1, a, none), 1), "after");
        assertSameBits(row(merged(1, a, b), 1), row(merged(1, none, a, none, none, b, none), 1), "between");
        RowTotals empty = merged(1, none, none);
        assertEquals(0, empty.sum(1));
        assertArrayEquals(new float[LENGTH], row(empty, 1).output);
    }

    /// What is added to one row shows in no other, and depends on no other; a row that is cleared begins anew.
    @Test
    void rowsStandAlone() {
        Split a = Split.random(new Random(3), 12);
        Split b = Split.random(new Random(4), -40.5);
        RowTotals totals = merged(0, a);
        b.into(totals, 2);
        a.into(totals, 2);
        assertSameBits(a, row(totals, 0), "row 0");
        assertEquals(0, totals.sum(1));
        assertSameBits(row(merged(1, b, a), 1), row(totals, 2), "row 2");
        totals.clear(2);
        b.into(totals, 0);
        assertSameBits(b, row(totals, 0), "row 0, cleared");
        assertSameBits(row(merged(1, b, a), 1), row(totals, 2), "row 2, not cleared");
    }

    /// References that are integers apart scale by powers of two: one rounding an element, that of the sum.
    @Test
    void powersOfTwoAreExact() {
        for (int apart : new int[] {0, 1, 3, 24, 100, 126}) {
            Split low = Split.random(new Random(5), -5);
            Split high = Split.random(new Random(6), -5 + apart);
            double scale = Math.scalb(1.0, -apart);
            for (Split row : new Split[] {row(merged(0, low, high), 0), row(merged(0, high, low), 0)}) {
                for (int d = 0; d < LENGTH; d++) {
                    float scaled = (float) (low.output[d] * scale);
                    assertEquals(low.output[d] * scale, scaled, "subnormal: choose other numbers");
                    assertEquals(high.output[d] + scaled, row.output[d], apart + " apart");
                }
                assertEquals(high.reference, row.reference);
                assertEquals(high.sum + low.sum * scale, row.sum, apart + " apart");
            }
        }
    }

    /// So far below that nothing is left, and the reverse; the ends of what a score may be.
    @Test
    void whatIsFarBelowVanishes() {
        for (double apart : new double[] {2000, 0x1p40, 1e39, 1e300}) {
            Split low = Split.random(new Random(7), -apart / 2);
            Split high = Split.random(new Random(8), apart / 2);
            assertSameBits(high, row(merged(0, low, high), 0), apart + " above");
            assertSameBits(high, row(merged(0, high, low), 0), apart + " below");
        }
    }

    /// Sums that are not a number stay so, whatever comes before or after; the row's output with them.
    @Test
    void spoiltRowsStaySpoilt() {
        Split spoilt = new Split(Split.empty().output, 0, Double.NaN);
        for (double reference : new double[] {-1e30, -3, 0, 1e30}) {
            Split other = Split.random(new Random(9), reference);
            for (RowTotals totals : new RowTotals[] {merged(1, spoilt, other), merged(1, other, spoilt)}) {
                assertTrue(Double.isNaN(totals.sum(1)), "at reference " + reference);
            }
        }
    }

    /// Splits near and far, with references of integers and any, merge like the states in double.
    ///
    /// With `n` splits of which the largest is `m`, each merge rounds the output twice and the factor once,
    /// relative to the magnitudes so far: `3n · u`. A factor below 2⁻¹⁴⁹ vanishes. Sums are in double: each merge
    /// rounds twice and takes `2^d` and the reference's `ln 2` for exact, as the state takes its `exp`: `8n`
    /// roundings of double, times `1 + 2 · |reference|` for the arguments.
    @ParameterizedTest
    @ValueSource(doubles = {1, 30, 1e4, 3e6})
    void mergesLikeTheState(double spread) {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            Split[] splits = new Split[1 + random.nextInt(9)];
            for (int n = 0; n < splits.length; n++) {
                double reference = spread * random.nextGaussian();
                splits[n] = Split.random(random, random.nextBoolean() ? Math.rint(reference) : reference);
            }
            judge(splits, row(merged(2, splits), 2), "spread %s, seed %d".formatted(spread, seed));
        }
    }

    private static void judge(Split[] splits, Split row, String what) {
        SoftmaxState state = SoftmaxState.EMPTY;
        double max = Double.NEGATIVE_INFINITY;
        for (Split split : splits) {
            state = state.merge(new SoftmaxState(split.reference * Math.log(2), split.sum));
            max = Math.max(max, split.reference);
        }
        assertEquals(max, row.reference, what);
        double arguments = 1;
        for (Split split : splits) {
            arguments = Math.max(arguments, Math.abs(split.reference));
        }
        double allowed = 8 * splits.length * DOUBLE_UNIT * (1 + 2 * arguments);
        assertEquals(state.logSumExp(), row.reference * Math.log(2) + Math.log(row.sum), allowed, what);
        for (int d = 0; d < LENGTH; d++) {
            double exact = 0;
            double magnitude = 0;
            for (Split split : splits) {
                double part = split.output[d] * Math.pow(2, split.reference - max);
                exact += part;
                magnitude += Math.abs(part);
            }
            double error = 3 * splits.length * UNIT * magnitude + splits.length * 0x1p-130;
            assertEquals(exact, row.output[d], error, what);
        }
    }

    /// The order is the caller's: the same splits in the same order give the same bits, in another near ones.
    @Test
    void orderDecidesTheBits() {
        Random random = new Random(11);
        Split[] splits = new Split[7];
        for (int n = 0; n < splits.length; n++) {
            splits[n] = Split.random(random, Math.rint(4 * random.nextGaussian()));
        }
        Split once = row(merged(0, splits), 0);
        assertSameBits(once, row(merged(2, splits), 2), "another row");
        Split[] reversed = Arrays.asList(splits).reversed().toArray(Split[]::new);
        judge(splits, row(merged(0, reversed), 0), "reversed, seed 11");
    }
}
