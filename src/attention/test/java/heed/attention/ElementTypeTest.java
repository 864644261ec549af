package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ElementTypeTest {
    private static final MemorySegment CELL = MemorySegment.ofArray(new long[1]);

    /// Patterns of 16 bits: the sign and the others.
    private static final int SIGN = 0x8000;

    private static double value(ElementType type, int bits) {
        CELL.set(ValueLayout.JAVA_SHORT, 0, (short) bits);
        return type.read(CELL, 0);
    }

    private static int bits(ElementType type, double value) {
        type.write(CELL, 0, value);
        return Short.toUnsignedInt(CELL.get(ValueLayout.JAVA_SHORT, 0));
    }

    private static int infinity(ElementType type) {
        return type == ElementType.F16 ? 0x7c00 : 0x7f80;
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void everyPatternOf16BitsIsKept(ElementType type) {
        for (int bits = 0; bits < 1 << 16; bits++) {
            double value = value(type, bits);
            if (Double.isNaN(value)) {
                assertTrue((bits & ~SIGN) > infinity(type));
                assertTrue(Double.isNaN(value(type, bits(type, value))), "NaN of bits " + bits);
            } else {
                assertEquals(bits, bits(type, value), () -> "value " + value);
            }
        }
    }

    /// Every pair of neighbours, the last being the largest and infinity: a double on the midpoint goes to the even
    /// one, and the doubles beside it to the nearer one. By way of a float nearly all of these would fall on the
    /// midpoint.
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void doublesAreRoundedOnce(ElementType type) {
        for (int low = 0; low < infinity(type); low++) {
            double from = value(type, low);
            // Beyond the largest number the spacing goes on, as IEEE 754 rounds to infinity.
            double to = low + 1 < infinity(type) ? value(type, low + 1) : 2 * from - value(type, low - 1);
            double middle = from + (to - from) / 2;
            for (int sign : new int[] {0, SIGN}) {
                double side = sign == 0 ? 1 : -1;
                assertEquals(sign | low + (low & 1), bits(type, side * middle), "midpoint above " + low);
                assertEquals(sign | low, bits(type, side * Math.nextDown(middle)), "below the midpoint above " + low);
                assertEquals(sign | low + 1, bits(type, side * Math.nextUp(middle)), "above the midpoint above " + low);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void noOtherNumberIsNearer(ElementType type) {
        Random random = new Random(7);
        for (int n = 0; n < 200_000; n++) {
            double x = Math.scalb(1 + random.nextDouble(), random.nextInt(-24, 15));
            int bits = bits(type, x);
            double error = Math.abs(x - value(type, bits));
            assertTrue(error <= Math.abs(x - value(type, bits + 1)), () -> "next above " + x);
            assertTrue(error <= Math.abs(x - value(type, bits - 1)), () -> "next below " + x);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void infinitiesZerosAndNaNStay(ElementType type) {
        for (double x : new double[] {0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN}) {
            type.write(CELL, 0, x);
            assertEquals(Double.doubleToLongBits(x), Double.doubleToLongBits(type.read(CELL, 0)));
        }
        type.write(CELL, 0, Double.MIN_VALUE);
        assertEquals(type == ElementType.F64 ? Double.MIN_VALUE : 0, type.read(CELL, 0));
        type.write(CELL, 0, -Double.MAX_VALUE);
        assertEquals(type == ElementType.F64 ? -Double.MAX_VALUE : Double.NEGATIVE_INFINITY, type.read(CELL, 0));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0.5, 0", "1.5, 2", "-2.5, -2", "126.6, 127", "1e9, 127", "-128, -128", "-1e9, -128", "NaN, 0"})
    void int8RoundsAndSaturates(double value, double stored) {
        ElementType.INT8.write(CELL, 0, value);
        assertEquals(stored, ElementType.INT8.read(CELL, 0));
    }

    @Test
    void int4IsPairs() {
        for (int low = -8; low < 8; low++) {
            for (int high = -8; high < 8; high++) {
                int pair = Int4Pair.of(low, high);
                ElementType.INT4.write(CELL, 0, pair);
                assertEquals(low + 8 + 16 * (high + 8), ElementType.INT4.read(CELL, 0));
                assertEquals(low, Int4Pair.low(pair));
                assertEquals(high, Int4Pair.high((byte) pair));
            }
        }
        assertEquals(Int4Pair.of(7, -8), Int4Pair.of(99, -99));
    }

    @Test
    void unitsAndScalesOfARow() {
        assertEquals(64, ElementType.INT4.unitsOf(128));
        assertEquals(4, ElementType.INT4.scalesOf(128));
        assertEquals(128, ElementType.INT8.unitsOf(128));
        assertEquals(1, ElementType.INT8.scalesOf(128));
        assertEquals(0, ElementType.BF16.scalesOf(128));
        assertEquals(2, ElementType.INT4.elementsPerUnit());
        for (ElementType type : ElementType.values()) {
            assertFalse(type.isFloating() && type.isQuantised());
        }
    }
}
