package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class QuantiserTest {
    private static final int DIM = 64;

    /// One row quantised: what each of its elements is worth then.
    private static double[] roundTrip(ElementType type, ElementType scaleType, IntToDoubleFunction row) {
        Tensor source = Tensor.of(MemorySegment.ofArray(new double[DIM]), ElementType.F64, 1, DIM);
        for (int d = 0; d < DIM; d++) {
            source.set(row.applyAsDouble(d), 0, d);
        }
        Tensor stored = Tensor.of(MemorySegment.ofArray(new byte[type.unitsOf(DIM)]), type, 1, type.unitsOf(DIM));
        Tensor scale = scale(type, scaleType);
        Quantiser.fill(source, stored, scale);
        double[] worth = new double[DIM];
        for (int d = 0; d < DIM; d++) {
            worth[d] = type == ElementType.INT8
                    ? scale.get(0) * stored.get(0, d)
                    : scale.get(0, d / 32) * element((int) stored.get(0, d / 2), d);
        }
        return worth;
    }

    private static Tensor scale(ElementType type, ElementType scaleType) {
        MemorySegment memory = MemorySegment.ofArray(new double[2]);
        return type == ElementType.INT8 ? Tensor.of(memory, scaleType, 1) : Tensor.of(memory, scaleType, 1, 2);
    }

    private static int element(int pair, int d) {
        return d % 2 == 0 ? Int4Pair.low(pair) : Int4Pair.high(pair);
    }

    @Test
    void int8ErrsByHalfAStep() {
        Random random = new Random(1);
        for (ElementType scaleType : new ElementType[] {ElementType.F16, ElementType.BF16, ElementType.F32}) {
            double[] row = random.doubles(DIM, -3, 3).toArray();
            row[5] = 3.25;
            double[] worth = roundTrip(ElementType.INT8, scaleType, d -> row[d]);
            // A scale rounded to 8 bits may fall short of the largest element by 2⁻⁹ of it.
            double step = 3.25 / 127;
            double short8 = scaleType == ElementType.BF16 ? 0x1p-8 * 3.25 : 0;
            for (int d = 0; d < DIM; d++) {
                assertEquals(row[d], worth[d], step / 2 * (1 + 0x1p-8) + short8, "element " + d);
            }
        }
    }

    /// What Q4_0 would store, and what a symmetric scale would: neither has a smaller sum of squared errors.
    @Test
    void int4ChoosesTheBetterScale() {
        Random random = new Random(2);
        int finer = 0;
        for (int n = 0; n < 200; n++) {
            double[] row = random.doubles(DIM).map(u -> u * u - 0.4).toArray();
            double[] worth = roundTrip(ElementType.INT4, ElementType.F64, d -> row[d]);
            for (int g = 0; g < DIM; g += 32) {
                double chosen = error(row, g, d -> worth[d]);
                double q4 = largest(row, g) / -8;
                double symmetric = Math.abs(largest(row, g)) / 7;
                double errorOfQ4 = error(row, g, d -> q4 * Math.clamp(Math.rint(row[d] / q4), -8, 7));
                double other = error(row, g, d -> symmetric * Math.rint(row[d] / symmetric));
                assertEquals(Math.min(errorOfQ4, other), chosen, 1e-15);
                finer += errorOfQ4 < other ? 1 : 0;
            }
        }
        assertTrue(finer > 40 && finer < 400, "both are chosen: " + finer);
    }

    private static double error(double[] row, int from, IntToDoubleFunction worth) {
        double sum = 0;
        for (int d = from; d < from + 32; d++) {
            double error = row[d] - worth.applyAsDouble(d);
            sum += error * error;
        }
        return sum;
    }

    private static double largest(double[] row, int from) {
        double largest = 0;
        for (int d = from; d < from + 32; d++) {
            largest = Math.abs(row[d]) > Math.abs(largest) ? row[d] : largest;
        }
        return largest;
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void zerosStayZeros(ElementType type) {
        for (double worth : roundTrip(type, ElementType.F16, _ -> 0)) {
            assertEquals(0, worth);
        }
        // A step below the smallest f16: the row is lost, not blown up.
        for (double worth : roundTrip(type, ElementType.F16, _ -> 1e-9)) {
            assertEquals(0, worth);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "INT4"})
    void whatIsNotFiniteIsNaN(ElementType type) {
        for (double poison : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e30}) {
            double[] worth = roundTrip(type, ElementType.F16, d -> d == 40 ? poison : 1);
            assertTrue(Double.isNaN(worth[40]) && Double.isNaN(worth[33]), "of " + poison);
            assertEquals(type == ElementType.INT4, !Double.isNaN(worth[3]), "groups have scales of their own");
        }
    }

    @Test
    void stridesOfAllThree() {
        Tensor source = Tensor.of(new float[3 * 2 * DIM], 2, 3, DIM).permute(1, 0, 2);
        Random random = new Random(3);
        for (int n = 0; n < 6 * DIM; n++) {
            source.set(random.nextGaussian(), n / (2 * DIM), n / DIM % 2, n % DIM);
        }
        Tensor stored = Tensor.of(MemorySegment.ofArray(new byte[6 * DIM]), ElementType.INT8, 2, DIM, 3)
                .permute(2, 0, 1);
        Tensor scale = Tensor.of(new float[6], 2, 3).permute(1, 0);
        Quantiser.fill(source, stored, scale);
        for (int n = 0; n < 6 * DIM; n++) {
            int[] at = {n / (2 * DIM), n / DIM % 2, n % DIM};
            assertEquals(source.get(at), scale.get(at[0], at[1]) * stored.get(at), scale.get(at[0], at[1]) * 0.5001);
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Tensor source = Tensor.of(new float[2 * 48], 2, 48);
        Tensor stored = Tensor.of(MemorySegment.ofArray(new byte[96]), ElementType.INT8, 2, 48);
        Tensor scale = Tensor.of(new float[2], 2);
        assertRefused(
                "stored must have elements of type INT8 or INT4: stored=F32[2, 48]",
                () -> Quantiser.fill(source, source, scale));
        assertRefused("scale must have the shape [2]: scale=F32[2, 48]", () -> Quantiser.fill(source, stored, source));
        assertRefused(
                "rows of INT4 must be whole groups of 32: source=F32[2, 48]",
                () -> Quantiser.fill(
                        source, Tensor.of(MemorySegment.ofArray(new byte[48]), ElementType.INT4, 2, 24), scale));
        assertRefused(
                "source must have elements of a floating-point type: source=INT8[2, 48]",
                () -> Quantiser.fill(stored, stored, scale));
        Tensor within = Tensor.of(source.segment(), ElementType.F32, 2);
        assertRefused(
                "scale must not overlap source: give it memory of its own, scale=F32[2], source=F32[2, 48]",
                () -> Quantiser.fill(source, stored, within));
    }
}
