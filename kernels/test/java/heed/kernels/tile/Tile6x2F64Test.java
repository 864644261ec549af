package heed.kernels.tile;

import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Tile6x2F64.COLUMNS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.kernels.ForcedWidth;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The register tile of f64 alone. The exact product is summed in [BigDecimal], since no type of Java is wider.
@ExtendWith(ForcedWidth.class)
final class Tile6x2F64Test {
    private static final double SENTINEL = 1234.5;
    private static final int GUARD = 24;
    private static final double UNIT = 0x1p-53;

    static Stream<Integer> depths() {
        return IntStream.concat(IntStream.rangeClosed(0, 17), IntStream.of(64, 127))
                .boxed();
    }

    @ParameterizedTest
    @MethodSource("depths")
    void isTheProductAndWritesNothingElse(int depth) {
        for (int offset : new int[] {0, 1, 13}) {
            for (int gap : new int[] {0, 1, 29}) {
                check(depth, offset, gap);
            }
        }
    }

    private static void check(int depth, int offset, int gap) {
        String what = "depth=%d offset=%d gap=%d".formatted(depth, offset, gap);
        Random random = new Random(depth);
        double[] a = filled(random, offset, ROWS, depth + gap, depth);
        double[] b = filled(random, offset, depth, COLUMNS, COLUMNS);
        double[] c = new double[offset + ROWS * COLUMNS + GUARD];
        Arrays.fill(c, SENTINEL);
        Tile6x2F64.multiply(a, offset, depth + gap, b, offset, depth, c, offset);
        for (int at = 0; at < c.length; at++) {
            int n = at - offset;
            if (n < 0 || n >= ROWS * COLUMNS) {
                assertEquals(SENTINEL, c[at], what + ": an element around C was written");
            } else {
                assertElement(c[at], a, offset + n / COLUMNS * (depth + gap), b, offset + n % COLUMNS, depth, what);
            }
        }
    }

    private static double[] filled(Random random, int at, int rows, int stride, int length) {
        double[] array = new double[at + rows * stride + GUARD];
        Arrays.fill(array, Double.NaN);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < length; j++) {
                array[at + i * stride + j] = random.nextGaussian();
            }
        }
        return array;
    }

    /// Within `depth · u / (1 − depth · u)` of `Σ |a · b|`, and one chain of multiply-adds.
    private static void assertElement(double c, double[] a, int aAt, double[] b, int bAt, int depth, String what) {
        BigDecimal exact = BigDecimal.ZERO;
        double magnitude = 0;
        double chain = 0;
        for (int l = 0; l < depth; l++) {
            double x = a[aAt + l];
            double y = b[bAt + l * COLUMNS];
            exact = exact.add(new BigDecimal(x).multiply(new BigDecimal(y)));
            magnitude += Math.abs(x * y);
            chain = Math.fma(x, y, chain);
        }
        double error = exact.subtract(new BigDecimal(c)).abs().doubleValue();
        // The sum of magnitudes is itself rounded, each step by at most u.
        double gamma = depth * UNIT / (1 - depth * UNIT) * (1 + (depth + 1) * UNIT);
        assertTrue(error <= gamma * magnitude, () -> what + ": off by " + error);
        assertEquals(chain, c, what);
    }
}
