package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;
import static java.lang.Float.NEGATIVE_INFINITY;
import static java.lang.Float.POSITIVE_INFINITY;
import static java.lang.Float.intBitsToFloat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The exponentials against [Math#pow] in double, whose error of one unit in its last place is nothing here.
///
/// Every 257th float of the range and all beside the points where the integer part changes; every float there is
/// under `-Dheed.soak=true`, minutes of work. What [Exp2#weight] gives is held against the exact `factor · s −
/// k`: the product has 48 bits and the difference no more than 53, so double has it.
@ExtendWith(ForcedWidth.class)
final class Exp2Test {
    /// What [Exp2] promises.
    private static final double RELATIVE_ERROR = 0x1p-23;

    /// The least argument whose power is a normal number.
    private static final float LEAST = -126;

    /// Bits of −0, from where growing bits are falling floats.
    private static final int ZERO = Float.floatToRawIntBits(-0f);

    private static final int INFINITY = Float.floatToRawIntBits(POSITIVE_INFINITY);
    private static final int LEAST_BITS = Float.floatToRawIntBits(LEAST);

    /// A prime, so that the samples meet every residue of the exponent's steps.
    private static final int STRIDE = 257;

    /// Of every factor and subtrahend, of which there are many.
    private static final int WIDE_STRIDE = 8209;

    private static final int NEIGHBOURS = 2000;

    private static final float LOG2_E = (float) (1 / Math.log(2));

    private static final int FAR = (int) Exp2.NEAR;
    private static final int[] SUBTRAHENDS = {
        0, 1, -1, 2, 126, -126, 1000, -65537, FAR - 1, FAR, 1 - FAR, -FAR,
    };

    private final float[] given = new float[WIDTH];
    private final float[] result = new float[WIDTH];
    private double worst;
    private String worstAt = "";
    private long judged;

    /// None, the natural base, the default scales of 64 and 128 dims, and the ends of what a scale may be.
    static DoubleStream factors() {
        double e = 1 / Math.log(2);
        return DoubleStream.of(
                1, LOG2_E, (float) (e / 8), (float) (e / Math.sqrt(128)), 0x1.8cp-9, 0x1p-100, 0x1.234p100, 0x1p-149);
    }

    @Test
    void isWithinItsBoundOnASample() {
        check("2^z", z -> z, z -> z, Exp2::of, ZERO, LEAST_BITS, STRIDE);
        check("2^s", s -> s, s -> s, weight(1, 0), ZERO, LEAST_BITS, STRIDE);
    }

    @Test
    @EnabledIfSystemProperty(named = "heed.soak", matches = "true")
    void isWithinItsBoundEverywhere() {
        check("2^z", z -> z, z -> z, Exp2::of, ZERO, LEAST_BITS, 1);
        check("2^s", s -> s, s -> s, weight(1, 0), ZERO, LEAST_BITS, 1);
        checkWeight(LOG2_E, 0, ZERO, LEAST_BITS, 1);
    }

    @ParameterizedTest
    @MethodSource("factors")
    void weighsWithinItsBound(double factor) {
        for (int k : SUBTRAHENDS) {
            checkWeight((float) factor, k, ZERO, LEAST_BITS, WIDE_STRIDE);
        }
        assertTrue(judged > (LEAST_BITS - ZERO) / WIDE_STRIDE / 2, "too few samples of their range: " + judged);
    }

    /// Halfway between two integers, the largest remainders meet; at the integers, the smallest.
    @Test
    void isWithinItsBoundBesideItsBreakpoints() {
        for (int halves = 0; halves <= 252; halves++) {
            int middle = Float.floatToRawIntBits(-halves / 2f);
            int from = Math.max(ZERO, middle - NEIGHBOURS);
            int to = Math.min(LEAST_BITS, middle + NEIGHBOURS);
            check("2^z", z -> z, z -> z, Exp2::of, from, to, 1);
            checkWeight(1, 0, from, to, 1);
            checkWeight(LOG2_E / 8, 0, from, to, 1);
            checkWeight(LOG2_E, -5, from, to, 1);
        }
    }

    @AfterEach
    void report() {
        if (worst > 0) {
            System.out.printf("exp2: relative error up to 2^%.3f, of %s%n", Math.log(worst) / Math.log(2), worstAt);
        }
    }

    /// Scores whose exponents come to lie on the samples, as near as a float score can.
    private void checkWeight(float factor, int k, int from, int to, int stride) {
        String what = "2^(%a · s − %d)".formatted(factor, k);
        DoubleUnaryOperator score = z -> Math.clamp((z + k) / factor, -Float.MAX_VALUE, Float.MAX_VALUE);
        check(what, score, s -> (double) factor * s - k, weight(factor, k), from, to, stride);
    }

    private static UnaryOperator<FloatVector> weight(float factor, int k) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector magic = FloatVector.broadcast(F, Exp2.MAGIC - k);
        return s -> Exp2.weight(s, f, FloatVector.zero(F), magic);
    }

    private void check(
            String what,
            DoubleUnaryOperator argument,
            DoubleUnaryOperator exponent,
            UnaryOperator<FloatVector> kernel,
            int from,
            int to,
            int stride) {
        sweep(argument, kernel, from, to, stride, (s, y) -> judge(what, s, exponent.applyAsDouble(s), y));
    }

    /// What is said of the power `y` of `s`.
    private interface Judge {
        void judge(float s, float y);
    }

    /// Takes every float of bits `from … to`, `stride` apart, whole vectors at a time.
    private void sweep(
            DoubleUnaryOperator argument,
            UnaryOperator<FloatVector> kernel,
            int from,
            int to,
            int stride,
            Judge judge) {
        for (long bits = from; bits <= to; bits += WIDTH * (long) stride) {
            for (int n = 0; n < WIDTH; n++) {
                float z = intBitsToFloat((int) Math.min(to, bits + n * (long) stride));
                given[n] = (float) argument.applyAsDouble(z);
            }
            kernel.apply(FloatVector.fromArray(F, given, 0)).intoArray(result, 0);
            for (int n = 0; n < WIDTH; n++) {
                judge.judge(given[n], result[n]);
            }
        }
    }

    private void judge(String what, float given, double z, float y) {
        if (!(z >= LEAST && z <= 0)) {
            return; // a score nearest to the sample, but past the range
        }
        judged++;
        double exact = Math.pow(2, z);
        double error = Math.abs(y - exact) / exact;
        if (error > worst) {
            worst = error;
            worstAt = what + " at " + Float.toHexString(given);
        }
        // Not a call a float, of which there are many.
        if (!(error <= RELATIVE_ERROR)) {
            fail("%s at %a is %a, exactly %a: error %.3g".formatted(what, given, y, exact, error));
        }
    }

    @Test
    void isExactAtIntegers() {
        for (int n = 0; n >= LEAST; n--) {
            float exact = Math.scalb(1f, n);
            assertOf(exact, n);
            for (int k : SUBTRAHENDS) {
                if (Math.abs(n + k) < 1 << 24) { // a score that a float can be
                    assertWeight(exact, n + k, 1, k);
                    assertWeight(exact, 8 * (n + k), 0.125f, k);
                }
            }
        }
        assertOf(1, -0f);
        assertOf(1, -Float.MIN_VALUE);
        assertWeight(1, Float.MIN_VALUE, 1, 0);
        assertWeight(1, -3, Float.MIN_VALUE, 0);
    }

    @Test
    void hiddenKeysWeighNothing() {
        for (float z : new float[] {NEGATIVE_INFINITY, -Float.MAX_VALUE, -1e4f, -150, -127, Math.nextDown(LEAST)}) {
            assertOf(0, z);
            assertEquals(z < -149 ? 0 : (float) Math.pow(2, z), Exp2.of((double) z), "alone, at " + z);
        }
        for (float z : new float[] {-0x1p47f, -1e9f, -0x1p24f, -0x1p23f, -1e4f, -150, Math.nextDown(-127f)}) {
            assertWeight(0, z, 1, 0);
            assertWeight(0, z, 1, FAR);
            assertWeight(0, z - FAR, 1, -FAR);
        }
    }

    /// Below the range, to where a power is no float any more: either near or 0, and nothing else.
    @Test
    void endsWithoutAJump() {
        int to = Float.floatToRawIntBits(-151f);
        sweep(z -> z, weight(1, 0), LEAST_BITS, to, 1, (z, y) -> {
            double exact = Math.pow(2, z);
            boolean isNear = Math.abs(y - exact) <= RELATIVE_ERROR * exact + Float.MIN_VALUE / 2.0;
            if (y != 0 && !(z >= -127 && isNear)) {
                fail("the weight of %a is %a".formatted(z, y));
            }
        });
        sweep(z -> z, Exp2::of, LEAST_BITS + 1, to, 1, (z, y) -> assertEquals(0, y));
        assertTrue(Exp2.of(FloatVector.broadcast(F, LEAST)).lane(0) == Float.MIN_NORMAL);
    }

    /// What is far below never weighs anything, and what is far above never looks small: a sum tells.
    @ParameterizedTest
    @MethodSource("factors")
    void showsWhatIsOutOfRange(double factor) {
        for (int k : new int[] {0, 5, FAR, -FAR}) {
            UnaryOperator<FloatVector> weight = weight((float) factor, k);
            Judge judge = (s, y) -> assertOutOfRange(s, (float) factor * (double) s - k, y);
            sweep(s -> s, weight, 0, INFINITY, STRIDE * 61, judge);
            sweep(s -> -s, weight, 0, INFINITY, STRIDE * 61, judge);
        }
    }

    private static void assertOutOfRange(float s, double z, float y) {
        boolean isHuge = Float.isNaN(y) || y > 0x1p124f;
        boolean isNothing = y == 0 || z < -0x1p47 && Float.isNaN(y);
        if (z > 127 && !isHuge || z < -127 && !isNothing) {
            fail("2^%a of score %a is %a".formatted(z, s, y));
        }
    }

    @Test
    void isHugeAbove() {
        int from = Float.floatToRawIntBits(127f) + 1;
        sweep(z -> z, Exp2::of, from, INFINITY, STRIDE, (z, y) -> {
            if (!(Float.isNaN(y) || y > 0x1p126f)) {
                fail("2^%a is %a".formatted(z, y));
            }
        });
    }

    @Test
    void keepsNaN() {
        assertOf(Float.NaN, Float.NaN);
        assertOf(Float.NaN, POSITIVE_INFINITY);
        for (float factor : new float[] {1, LOG2_E, Float.MIN_VALUE, Float.MAX_VALUE}) {
            for (int k : SUBTRAHENDS) {
                assertWeight(Float.NaN, Float.NaN, factor, k);
                assertWeight(Float.NaN, POSITIVE_INFINITY, factor, k);
                assertWeight(Float.NaN, NEGATIVE_INFINITY, factor, k);
            }
        }
    }

    /// One `d` alone: correctly rounded but for what [Math#pow] errs, exact for integers, in all of double's
    /// range.
    @Test
    void scalesByOnePower() {
        Random random = new Random(3);
        for (int n = 0; n < 10_000; n++) {
            double d = -150 * random.nextDouble();
            assertEquals((float) Math.pow(2, d), Exp2.of(d), () -> "at " + d);
        }
        for (int n = 0; n >= -3000; n--) {
            assertEquals(n < -149 ? 0 : Math.scalb(1f, n), Exp2.of((double) n), "at " + n);
        }
        assertEquals(0, Exp2.of(-1e300));
        assertEquals(0, Exp2.of(Double.NEGATIVE_INFINITY));
        assertEquals(Float.NaN, Exp2.of(Double.NaN));
    }

    private static void assertOf(float expected, float z) {
        assertInEveryLane(expected, z, "2^" + z, Exp2::of);
    }

    private static void assertWeight(float expected, float s, float factor, int k) {
        assertInEveryLane(expected, s, "2^(%s · %s − %d)".formatted(factor, s, k), weight(factor, k));
    }

    private static void assertInEveryLane(float expected, float x, String what, UnaryOperator<FloatVector> kernel) {
        float[] lanes = new float[WIDTH];
        float other = kernel.apply(FloatVector.broadcast(F, 1.5f)).lane(0);
        for (int n = 0; n < WIDTH; n++) {
            Arrays.fill(lanes, 1.5f);
            lanes[n] = x;
            kernel.apply(FloatVector.fromArray(F, lanes, 0)).intoArray(lanes, 0);
            // A weight of −0 is one of 0: it adds nothing to a sum.
            assertEquals(expected, lanes[n] + 0f, what + " in lane " + n);
            assertEquals(other, lanes[(n + 1) % WIDTH], "beside " + what);
        }
    }
}
