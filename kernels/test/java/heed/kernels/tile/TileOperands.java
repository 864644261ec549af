package heed.kernels.tile;

import static heed.kernels.tile.Lanes.ROWS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;

/// Random operands of one f32 tile, with guards before and after them, and between the rows of A and C.
final class TileOperands {
    private static final float SENTINEL = 1234.5f;
    private static final int GUARD = 40;
    private static final double UNIT = 0x1p-24;

    final float[] a;
    final float[] b;
    final float[] c;

    private final String what;
    private final int columns;
    private final int depth;
    private final int aAt;
    private final int aStride;
    private final int bAt;
    private final int cAt;
    private final int cStride;

    TileOperands(String tile, int columns, int depth, int aAt, int aStride, int bAt, int cAt, int cStride, long seed) {
        what = "%s depth=%d a=%d/%d b=%d c=%d/%d seed=%d".formatted(tile, depth, aAt, aStride, bAt, cAt, cStride, seed);
        this.columns = columns;
        this.depth = depth;
        this.aAt = aAt;
        this.aStride = aStride;
        this.bAt = bAt;
        this.cAt = cAt;
        this.cStride = cStride;
        Random random = new Random(seed);
        a = filled(random, aAt, ROWS, aStride, depth);
        b = filled(random, bAt, depth, columns, columns);
        c = new float[cAt + ROWS * cStride + GUARD];
    }

    private static float[] filled(Random random, int at, int rows, int stride, int length) {
        float[] array = new float[at + rows * stride + GUARD];
        Arrays.fill(array, Float.NaN);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < length; j++) {
                array[at + i * stride + j] = (float) random.nextGaussian();
            }
        }
        return array;
    }

    void run(RegisterTile kernel) {
        Arrays.fill(c, SENTINEL);
        kernel.multiply(a, aAt, aStride, b, bAt, depth, c, cAt, cStride);
    }

    void assertGuardsUntouched() {
        for (int at = 0; at < c.length; at++) {
            int i = Math.floorDiv(at - cAt, cStride);
            boolean inside = i >= 0 && i < ROWS && at - cAt - i * cStride < columns;
            if (!inside && c[at] != SENTINEL) {
                fail(what + ": element " + at + " around C was written: " + c[at]);
            }
        }
    }

    /// `depth` roundings of partial sums: the error is at most `depth · u / (1 − depth · u) · Σ |a · b|` (Higham
    /// 2002, section 3.1). The double loop itself errs by 2⁻²⁹ of that.
    void assertIsTheProduct() {
        double gamma = depth * UNIT / (1 - depth * UNIT) * (1 + 0x1p-29);
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < columns; j++) {
                double exact = 0;
                double magnitude = 0;
                for (int l = 0; l < depth; l++) {
                    double product = (double) a[aAt + i * aStride + l] * b[bAt + l * columns + j];
                    exact += product;
                    magnitude += Math.abs(product);
                }
                double error = Math.abs(c[cAt + i * cStride + j] - exact);
                String where = "%s: element %d, %d is off by %.3g".formatted(what, i, j, error);
                assertTrue(error <= gamma * magnitude, where);
            }
        }
    }

    void assertIsTheChain() {
        for (int i = 0; i < ROWS; i++) {
            for (int j = 0; j < columns; j++) {
                float chain = 0;
                for (int l = 0; l < depth; l++) {
                    chain = Math.fma(a[aAt + i * aStride + l], b[bAt + l * columns + j], chain);
                }
                int bits = Float.floatToIntBits(c[cAt + i * cStride + j]);
                if (Float.floatToIntBits(chain) != bits) {
                    assertEquals(chain, Float.intBitsToFloat(bits), "%s: element %d, %d".formatted(what, i, j));
                    fail("%s: the sign of zero of element %d, %d".formatted(what, i, j));
                }
            }
        }
    }
}
