package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The loops over a row: what they compute is one correctly rounded operation an element, so equality is exact.
@ExtendWith(ForcedWidth.class)
final class RowMathTest {
    private static final float SENTINEL = 1234.5f;
    private static final int[] OFFSETS = {0, 1, 5};

    /// Factors that round, vanish, make subnormals, overflow and spoil.
    private static final float[] FACTORS = {
        1, 0, -0.3f, 0x1p-140f, 0x1p120f, Float.POSITIVE_INFINITY, Float.NaN,
    };

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void rescalesAndAdds(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : OFFSETS) {
            for (float factor : FACTORS) {
                float[] o = row(length, offset, 1);
                float[] t = row(length, offset + 2, 2);
                float[] before = o.clone();
                RowMath.rescaleAdd(o, offset, factor, t, offset + 2, length);
                for (int n = 0; n < length; n++) {
                    assertEquals(Math.fma(before[offset + n], factor, t[offset + 2 + n]), o[offset + n]);
                }
                assertRestUntouched(o, offset, length);
                assertTrue(Arrays.equals(row(length, offset + 2, 2), t), "what is added was written");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void gathersColumnsOfRows(int vectors) {
        int length = vectors * WIDTH;
        int stride = length + 3;
        for (int offset : OFFSETS) {
            for (int count : new int[] {0, 1, 5}) {
                float[] from = row(count * stride, 2, 6);
                float[] to = row(count * length, offset, 7);
                RowMath.gather(from, 2, stride, count, length, to, offset);
                for (int n = 0; n < count * length; n++) {
                    assertEquals(from[2 + n / length * stride + n % length], to[offset + n]);
                }
                assertRestUntouched(to, offset, count * length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void addsScaled(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : OFFSETS) {
            for (float factor : FACTORS) {
                float[] o = row(length, offset, 4);
                float[] t = row(length, offset + 3, 5);
                float[] before = o.clone();
                RowMath.addScaled(o, offset, factor, t, offset + 3, length);
                for (int n = 0; n < length; n++) {
                    assertEquals(Math.fma(t[offset + 3 + n], factor, before[offset + n]), o[offset + n]);
                }
                assertRestUntouched(o, offset, length);
                assertTrue(Arrays.equals(row(length, offset + 3, 5), t), "what is added was written");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void scales(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : OFFSETS) {
            for (float factor : FACTORS) {
                float[] o = row(length, offset, 3);
                float[] before = o.clone();
                RowMath.scale(o, offset, factor, length);
                for (int n = 0; n < length; n++) {
                    assertEquals(before[offset + n] * factor, o[offset + n]);
                }
                assertRestUntouched(o, offset, length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void multiplies(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : OFFSETS) {
            float[] o = row(length, offset, 6);
            float[] t = row(length, offset + 1, 7);
            for (int n = 0; n < Math.min(length, FACTORS.length); n++) {
                t[offset + 1 + n] = FACTORS[n];
            }
            float[] before = o.clone();
            float[] factors = t.clone();
            RowMath.multiply(o, offset, t, offset + 1, length);
            for (int n = 0; n < length; n++) {
                assertEquals(before[offset + n] * t[offset + 1 + n], o[offset + n]);
            }
            assertRestUntouched(o, offset, length);
            assertTrue(Arrays.equals(factors, t), "the factors were written");
        }
    }

    /// Every place of what is not finite, between neighbours outside the row that are not finite either.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void tellsWhatIsFinite(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : OFFSETS) {
            float[] row = new float[offset + length + WIDTH];
            Arrays.fill(row, Float.NaN);
            float[] finite = {0, -0f, 1, Float.MIN_VALUE, -Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE};
            for (int n = 0; n < length; n++) {
                row[offset + n] = finite[n % finite.length];
            }
            assertTrue(RowMath.isFinite(row, offset, length), "length " + length + " at " + offset);
            for (int n = 0; n < length; n++) {
                for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    float kept = row[offset + n];
                    row[offset + n] = poison;
                    assertFalse(RowMath.isFinite(row, offset, length), poison + " as element " + n + " of " + length);
                    row[offset + n] = kept;
                }
            }
        }
    }

    private static float[] row(int length, int at, long seed) {
        Random random = new Random(seed);
        float[] row = new float[at + length + WIDTH];
        Arrays.fill(row, SENTINEL);
        for (int n = 0; n < length; n++) {
            row[at + n] = (float) random.nextGaussian();
        }
        return row;
    }

    private static void assertRestUntouched(float[] row, int at, int length) {
        for (int n = 0; n < row.length; n++) {
            if (n < at || n >= at + length) {
                assertEquals(SENTINEL, row[n], "element " + n + " was written");
            }
        }
    }
}
