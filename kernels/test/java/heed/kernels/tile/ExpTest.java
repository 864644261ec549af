package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/// The exponential against [Math#exp] in double, whose error of one unit in its last place is nothing here.
///
/// Every 257th float of the range and all beside the points where the polynomial changes hands; every float there is
/// under `-Dheed.soak=true`, a minute's work.
@ExtendWith(ForcedWidth.class)
final class ExpTest {
    /// What [Exp] promises.
    private static final double RELATIVE_ERROR = 0x1p-22;

    /// What [Exp] names as the end of its range: the least float whose exponential is a normal number.
    private static final float LEAST = -0x1.5d589ep6f;

    /// Bits of −0, from where growing bits are falling floats.
    private static final int ZERO = Float.floatToRawIntBits(-0f);

    /// A prime, so that the samples meet every residue of the exponent's steps.
    private static final int STRIDE = 257;

    private static final int NEIGHBOURS = 5000;

    private final float[] given = new float[WIDTH];
    private final float[] result = new float[WIDTH];
    private double worst;
    private float worstAt;

    @Test
    void isWithinItsBoundOnASample() {
        check(ZERO, Float.floatToRawIntBits(LEAST), STRIDE);
    }

    @Test
    @EnabledIfSystemProperty(named = "heed.soak", matches = "true")
    void isWithinItsBoundEverywhere() {
        check(ZERO, Float.floatToRawIntBits(LEAST), 1);
    }

    /// Where `x / ln 2` is halfway between two integers, the largest remainders meet; at the integers, the smallest.
    @Test
    void isWithinItsBoundBesideItsBreakpoints() {
        for (int halves = 0; halves <= 252; halves++) {
            int middle = Float.floatToRawIntBits((float) (-halves * Math.log(2) / 2));
            int last = Float.floatToRawIntBits(LEAST);
            check(Math.max(ZERO, middle - NEIGHBOURS), Math.min(last, middle + NEIGHBOURS), 1);
        }
    }

    @AfterEach
    void report() {
        if (worst > 0) {
            System.out.printf("exp: relative error up to 2^%.3f, at %a%n", Math.log(worst) / Math.log(2), worstAt);
        }
    }

    private void check(int from, int to, int stride) {
        for (int bits = from; bits <= to; bits += WIDTH * stride) {
            for (int n = 0; n < WIDTH; n++) {
                given[n] = Float.intBitsToFloat(Math.min(to, bits + n * stride));
            }
            Exp.of(FloatVector.fromArray(F, given, 0)).intoArray(result, 0);
            for (int n = 0; n < WIDTH; n++) {
                judge(given[n], result[n]);
            }
        }
    }

    private void judge(float x, float y) {
        double exact = Math.exp(x);
        double error = Math.abs(y - exact) / exact;
        if (error > worst) {
            worst = error;
            worstAt = x;
        }
        // Not a call a float, of which there are many.
        if (!(error <= RELATIVE_ERROR) || y != Exp.of(x)) {
            fail("exp(%a) is %a as a vector and %a alone, exactly %a: error %.3g"
                    .formatted(x, y, Exp.of(x), exact, error));
        }
    }

    @Test
    void isExactAtZero() {
        assertBoth(1, 0);
        assertBoth(1, -0f);
        assertBoth(1, -Float.MIN_VALUE);
    }

    @Test
    void hiddenKeysWeighNothing() {
        assertBoth(0, Float.NEGATIVE_INFINITY);
        assertBoth(0, -Float.MAX_VALUE);
        assertBoth(0, -1e4f);
        assertBoth(0, -104);
        assertBoth(0, -88);
    }

    /// Past the range, to where the exact result is no float any more: either near or 0, and nothing else.
    @Test
    void endsWithoutAJump() {
        for (float x = LEAST; x > -110; x = Math.nextDown(x)) {
            float y = Exp.of(x);
            assertTrue(y == 0 || Math.abs(y - Math.exp(x)) <= RELATIVE_ERROR * Math.exp(x), "at " + x);
            x -= 0x1p-12f;
        }
        assertTrue(Exp.of(LEAST) >= Float.MIN_NORMAL);
    }

    @Test
    void keepsNaN() {
        assertBoth(Float.NaN, Float.NaN);
    }

    private static void assertBoth(float expected, float x) {
        assertEquals(expected, Exp.of(x), "alone, at " + x);
        float[] lanes = new float[WIDTH];
        for (int n = 0; n < WIDTH; n++) {
            Arrays.fill(lanes, -1);
            lanes[n] = x;
            Exp.of(FloatVector.fromArray(F, lanes, 0)).intoArray(lanes, 0);
            assertEquals(expected, lanes[n], "in lane " + n + ", at " + x);
            assertEquals(Exp.of(-1), lanes[(n + 1) % WIDTH], "beside " + x);
        }
    }
}
