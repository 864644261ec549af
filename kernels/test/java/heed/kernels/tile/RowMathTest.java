package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;

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

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void rescalesAndAdds(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : new int[] {0, 1, 5}) {
            for (float factor : new float[] {1, 0, 0.3f, 0x1p-140f, Float.NaN}) {
                float[] o = row(length, offset, 1);
                float[] t = row(length, offset + 2, 2);
                float[] before = o.clone();
                RowMath.rescaleAdd(o, offset, factor, t, offset + 2, length);
                for (int n = 0; n < length; n++) {
                    assertEquals(Math.fma(before[offset + n], factor, t[offset + 2 + n]), o[offset + n]);
                }
                assertRestUntouched(o, offset, length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 17})
    void scales(int vectors) {
        int length = vectors * WIDTH;
        for (int offset : new int[] {0, 1, 5}) {
            for (float factor : new float[] {1, 0, -0.3f, 0x1p120f, Float.POSITIVE_INFINITY}) {
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
