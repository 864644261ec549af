package heed.kernels.tile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Every element goes to its place and nothing else is written, at sizes around those of a block.
@ExtendWith(ForcedWidth.class)
final class TransposedTest {
    private static final float SENTINEL = 12345;

    @Test
    void putsRowsWhereColumnsWere() {
        for (int rows = 0; rows <= 2 * Lanes.WIDTH + 1; rows++) {
            for (int columns : new int[] {0, 1, Lanes.WIDTH - 1, Lanes.WIDTH, 2 * Lanes.WIDTH + 3}) {
                transpose(rows, columns, columns + 2, rows + 3, 5);
            }
        }
    }

    @Test
    void keepsItsBitsWhenCompiled() {
        for (int run = 0; run < 20_000; run++) {
            transpose(Lanes.WIDTH, Lanes.WIDTH, Lanes.WIDTH, Lanes.WIDTH, 0);
        }
    }

    private static void transpose(int rows, int columns, int stride, int toStride, int offset) {
        Random random = new Random(rows * 31L + columns);
        float[] from = new float[offset + rows * stride];
        for (int n = 0; n < from.length; n++) {
            from[n] = Float.intBitsToFloat(random.nextInt()); // NaN payloads included
        }
        float[] to = new float[offset + columns * toStride + 1];
        Arrays.fill(to, SENTINEL);
        Transposed.put(from, offset, stride, rows, columns, to, offset, toStride);
        int written = 0;
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                int expected = Float.floatToRawIntBits(from[offset + r * stride + c]);
                int got = Float.floatToRawIntBits(to[offset + c * toStride + r]);
                assertEquals(expected, got, "rows=" + rows + " columns=" + columns + " at " + r + "," + c);
                to[offset + c * toStride + r] = SENTINEL;
                written++;
            }
        }
        for (float rest : to) {
            assertEquals(SENTINEL, rest, "beside the " + written + " of rows=" + rows + " columns=" + columns);
        }
    }
}
