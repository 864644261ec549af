package heed.model.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What lies between the products, against definitions.
final class LayersTest {
    /// Of the class comment: the interpolation's bound, and `6Φ(−6)` beyond it.
    private static final double INTERPOLATION = 2.5e-10;

    private static final double TAIL = 6e-9;

    /// `x · Φ(x)` by Simpson's rule over the density, 2000 steps: far below 1e-12.
    private static double gelu(double x) {
        int steps = 2000;
        double step = x / steps;
        double sum = 0;
        for (int n = 0; n <= steps; n++) {
            double at = n * step;
            double weight = n == 0 || n == steps ? 1 : n % 2 == 0 ? 2 : 4;
            sum += weight * Math.exp(-at * at / 2) / Math.sqrt(2 * Math.PI);
        }
        return x * (0.5 + sum * step / 3);
    }

    @Test
    void geluIsTheIntegral() {
        Gelu gelu = new Gelu();
        for (double x = -6.5; x <= 6.5; x += 0.0037) {
            double allowed = Math.abs(x) < 6 ? INTERPOLATION : TAIL;
            assertEquals(gelu(x), gelu.value(x), allowed, "x=" + x);
        }
        assertEquals(0, gelu.value(0));
        assertEquals(100, gelu.value(100));
        assertEquals(0, gelu.value(-100));
        assertTrue(Double.isNaN(gelu.value(Double.NaN)));
    }

    @Test
    void geluLeavesRowsBeyondTheRunAlone() {
        try (Arena arena = Arena.ofConfined()) {
            Matrix matrix = new Matrix(arena, 2, 3);
            matrix.write(0, new float[] {1, -1, 0});
            matrix.write(1, new float[] {1, -1, 0});
            new Gelu().apply(matrix, 1, new float[5]);
            float[] row = new float[3];
            matrix.read(0, row);
            // Φ(1) = 0.841344746…
            assertArrayEquals(new float[] {0.84134474f, -0.15865526f, 0}, row, 1e-7f);
            matrix.read(1, row);
            assertArrayEquals(new float[] {1, -1, 0}, row);
        }
    }

    @Test
    void normedRowsHaveMeanBiasAndVarianceWeight() {
        int width = 384;
        float[] weight = new float[width];
        java.util.Arrays.fill(weight, 2);
        float[] bias = new float[width];
        java.util.Arrays.fill(bias, 5);
        float[] row = new float[width];
        Random random = new Random(3);
        for (int j = 0; j < width; j++) {
            row[j] = 1000 + random.nextFloat();
        }
        new LayerNorm(weight, bias, 1e-12).apply(row);
        double mean = 0;
        double squares = 0;
        for (float element : row) {
            mean += element / (double) width;
            squares += (element - 5.0) * (element - 5.0) / width;
        }
        // Each element is rounded once, to half a unit in the last place of a number below 16.
        double rounding = Math.ulp(8f) / 2;
        assertEquals(5, mean, rounding);
        assertEquals(4, squares, 2 * 2 * rounding);
    }

    @Test
    void aConstantRowIsNormedToTheBias() {
        float[] row = {3, 3, 3};
        new LayerNorm(new float[] {1, 1, 1}, new float[] {7, 8, 9}, 1e-12).apply(row);
        assertArrayEquals(new float[] {7, 8, 9}, row);
    }
}
