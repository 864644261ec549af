package heed.kernels.tile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class RowFunctionsTest {
    private static final int LENGTH = 4096;
    private static final double ULP = 0x1p-23;

    /// Numbers of every size that matters, of either sign.
    private static float[] numbers(double largest) {
        Random random = new Random(71);
        float[] x = new float[LENGTH];
        for (int n = 0; n < LENGTH; n++) {
            double size = n % 2 == 0 ? largest * random.nextDouble() : Math.pow(10, -8 + 8 * random.nextDouble());
            x[n] = (float) (random.nextBoolean() ? size : -size);
        }
        x[0] = 0;
        return x;
    }

    @Test
    void tanhIsWithinFourUlps() {
        float[] x = numbers(12);
        float[] o = new float[LENGTH];
        RowFunctions.tanh(x, 0, 1, 1, o, 0, LENGTH);
        for (int n = 0; n < LENGTH; n++) {
            double wanted = Math.tanh(x[n]);
            assertTrue(Math.abs(o[n] - wanted) <= 4 * ULP * Math.abs(wanted), x[n] + ": " + o[n] + ", not " + wanted);
        }
    }

    @Test
    void expIsWithinFourUlps() {
        float[] x = numbers(87);
        float[] o = new float[LENGTH];
        RowFunctions.exp(x, o, 0, LENGTH);
        for (int n = 0; n < LENGTH; n++) {
            double wanted = Math.exp(x[n]);
            assertTrue(Math.abs(o[n] - wanted) <= 4 * ULP * wanted, x[n] + ": " + o[n] + ", not " + wanted);
        }
    }

    @Test
    void endsOfTheRange() {
        float[] x = new float[Math.max(16, Lanes.WIDTH)];
        x[0] = Float.NaN;
        x[1] = Float.POSITIVE_INFINITY;
        x[2] = Float.NEGATIVE_INFINITY;
        x[3] = 1000;
        x[4] = -1000;
        float[] o = new float[x.length];
        RowFunctions.exp(x, o, 0, x.length);
        assertArrayEquals(
                new float[] {Float.NaN, Float.POSITIVE_INFINITY, 0, Float.POSITIVE_INFINITY, 0, 1},
                java.util.Arrays.copyOf(o, 6));
        RowFunctions.tanh(x, 0, 1, 2, o, 0, x.length);
        assertArrayEquals(new float[] {Float.NaN, 2, -2, 2, -2, 0}, java.util.Arrays.copyOf(o, 6));
    }

    @Test
    void comparisonsAreOneOrZeroAndFalseOfNan() {
        int length = Math.max(16, Lanes.WIDTH);
        float[] a = new float[length];
        float[] b = new float[length];
        float[] o = new float[length];
        a[0] = 1;
        b[1] = 1;
        a[2] = Float.NaN;
        RowFunctions.less(a, b, o, 0, length);
        assertArrayEquals(new float[] {0, 1, 0, 0}, java.util.Arrays.copyOf(o, 4));
        RowFunctions.lessOrEqual(a, b, o, 0, length);
        assertArrayEquals(new float[] {0, 1, 0, 1}, java.util.Arrays.copyOf(o, 4));
        RowFunctions.equal(a, b, o, 0, length);
        assertArrayEquals(new float[] {0, 0, 0, 1}, java.util.Arrays.copyOf(o, 4));
    }

    @Test
    void selectionAndHidingLookAtTheCondition() {
        int length = Math.max(16, Lanes.WIDTH);
        float[] condition = new float[length];
        float[] a = new float[length];
        float[] b = new float[length];
        float[] o = new float[length];
        java.util.Arrays.fill(a, 3);
        java.util.Arrays.fill(b, Float.NaN);
        condition[0] = 1;
        RowFunctions.select(condition, a, b, o, 0, length);
        assertEquals(3, o[0]);
        assertTrue(Float.isNaN(o[1]));
        RowFunctions.hide(condition, 0, a, 0, length);
        assertEquals(3, a[0]);
        assertEquals(Float.NEGATIVE_INFINITY, a[1]);
        assertTrue(RowFunctions.hasNan(b, 0, length));
        assertTrue(!RowFunctions.hasNan(a, 0, length));
    }

    @Test
    void slopesFollowTheDistance() {
        float[] s = new float[1 + Lanes.WIDTH];
        RowFunctions.addSlope(s, 1, Lanes.WIDTH, 0.5f, -2, false);
        assertArrayEquals(new float[] {0, -1, -0.5f, 0, 0.5f}, java.util.Arrays.copyOf(s, 5));
        RowFunctions.addSlope(s, 1, Lanes.WIDTH, 1, -2, true);
        assertArrayEquals(new float[] {0, 1, 0.5f, 0, 1.5f}, java.util.Arrays.copyOf(s, 5));
    }
}
