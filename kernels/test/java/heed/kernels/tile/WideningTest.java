package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.fail;

import heed.kernels.ForcedWidth;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Arrays made f32: every bit pattern, at every place of a vector and of what is left behind the last whole one.
///
/// What is read ends with its array, so that a read past it is refused; what lies around the result is a
/// sentinel, which must stay.
@ExtendWith(ForcedWidth.class)
final class WideningTest {
    private static final float SENTINEL = 1234.5f;
    private static final int SHORTS = 1 << Short.SIZE;
    private static final int BYTES = 1 << Byte.SIZE;
    private static final int[] OFFSETS = {0, 1, 7};

    private static final float[] SCALES = {
        1,
        0.1f,
        -3.7f,
        0,
        -0f,
        Float.MIN_VALUE,
        0x1.8p-130f,
        Float.MAX_VALUE,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
    };

    /// Runs of each length take in all patterns one behind the other, so that each comes to lie in many places.
    static int[] lengths() {
        return new int[] {1, WIDTH - 1, WIDTH, WIDTH + 1, 2 * WIDTH, 5 * WIDTH + 3, 1000, SHORTS};
    }

    private interface Halves {
        void widen(short[] from, float[] to, int at, int length);
    }

    private interface Exact {
        float of(short bits);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void widensEveryF16(int length) {
        halves(Widening::f16, Float::float16ToFloat, length);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void widensEveryBf16(int length) {
        halves(Widening::bf16, bits -> Float.intBitsToFloat(bits << Short.SIZE), length);
    }

    private static void halves(Halves widening, Exact exact, int length) {
        short[] from = new short[length];
        for (int at : OFFSETS) {
            float[] to = new float[at + length + WIDTH];
            for (int first = 0; first < SHORTS; first += length) {
                for (int n = 0; n < length; n++) {
                    from[n] = (short) (first + n);
                }
                Arrays.fill(to, SENTINEL);
                widening.widen(from, to, at, length);
                for (int n = 0; n < length; n++) {
                    assertSame(exact.of(from[n]), to[at + n], from[n] & 0xffff, length, at);
                }
                assertUntouched(to, at, length);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void widensEveryInt8(int length) {
        byte[] from = new byte[length];
        for (int at : OFFSETS) {
            float[] to = new float[at + length + WIDTH];
            for (int first = 0; first < BYTES; first++) {
                for (int n = 0; n < length; n++) {
                    from[n] = (byte) (first + n);
                }
                Arrays.fill(to, SENTINEL);
                Widening.int8(from, to, at, length);
                for (int n = 0; n < length; n++) {
                    assertSame((float) from[n], to[at + n], from[n] & 0xff, length, at);
                }
                assertUntouched(to, at, length);
            }
        }
    }

    @Test
    void widensNothing() {
        float[] to = {SENTINEL, SENTINEL};
        Widening.f16(new short[0], to, 1, 0);
        Widening.bf16(new short[0], to, 1, 0);
        Widening.int8(new byte[0], to, 1, 0);
        Widening.int4(new byte[Widening.SPARE], new float[0], 0, 2 * WIDTH, to);
        assertUntouched(to, 1, 0);
    }

    /// Elements of a group; every byte meets every scale.
    static int[] groups() {
        return new int[] {2 * WIDTH, 4 * WIDTH, 6 * WIDTH, 32 * WIDTH};
    }

    @ParameterizedTest
    @MethodSource("groups")
    void widensEveryPairOfInt4WithItsGroupsScale(int group) {
        for (int groups : new int[] {1, 2, 3, SCALES.length}) {
            for (int first = 0; first < BYTES; first++) {
                int4(groups, group, first);
            }
        }
    }

    /// One multiplication, the low half first.
    private static void int4(int groups, int group, int first) {
        int length = groups * group;
        byte[] from = new byte[length / 2 + Widening.SPARE];
        for (int n = 0; n < from.length; n++) {
            from[n] = (byte) (first + n);
        }
        float[] scales = new float[groups];
        for (int g = 0; g < groups; g++) {
            scales[g] = SCALES[(first + g) % SCALES.length];
        }
        float[] to = new float[length + WIDTH];
        Arrays.fill(to, SENTINEL);
        Widening.int4(from, scales, groups, group, to);
        for (int n = 0; n < length; n++) {
            int pair = from[n / 2] & 0xff;
            int q = n % 2 == 0 ? pair & 15 : pair >> 4;
            assertSame(scales[n / group] * (q - 8), to[n], pair, length, 0);
        }
        assertUntouched(to, 0, length);
    }

    /// Whole blocks of 8 vectors, groups of 32: the same numbers, and each row together again in its order.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void widensPairsApart(int blocks) {
        int length = blocks * 8 * WIDTH;
        for (int first = 0; first < BYTES; first += 7) {
            byte[] from = new byte[length / 2];
            for (int n = 0; n < from.length; n++) {
                from[n] = (byte) (first + 3 * n);
            }
            float[] scales = new float[length / 32 + Widening.SPARE];
            for (int g = 0; g < scales.length; g++) {
                scales[g] = SCALES[(first + g) % SCALES.length];
            }
            float[] apart = new float[length + WIDTH];
            Arrays.fill(apart, SENTINEL);
            Widening.int4Apart(from, scales, length, apart);
            assertUntouched(apart, 0, length);
            float[] to = new float[length];
            Widening.together(apart, 0, to, 0, length);
            for (int n = 0; n < length; n++) {
                int pair = from[n / 2] & 0xff;
                int q = n % 2 == 0 ? pair & 15 : pair >> 4;
                assertSame(scales[n / 32] * (q - 8), to[n], pair, length, n);
            }
            float[] again = new float[length];
            Widening.apart(to, 0, again, 0, length);
            assertArrayEquals(Arrays.copyOf(apart, length), again);
        }
    }

    private static void assertSame(float exact, float actual, int bits, int length, int at) {
        boolean isSame = Float.isNaN(exact)
                ? Float.isNaN(actual)
                : Float.floatToRawIntBits(exact) == Float.floatToRawIntBits(actual);
        if (!isSame) {
            fail("%x is %a, widened to %a; length=%d at=%d".formatted(bits, exact, actual, length, at));
        }
    }

    private static void assertUntouched(float[] to, int at, int length) {
        for (int n = 0; n < to.length; n++) {
            if ((n < at || n >= at + length) && to[n] != SENTINEL) {
                fail("element %d beside %d + %d was written: %s".formatted(n, at, length, to[n]));
            }
        }
    }
}
