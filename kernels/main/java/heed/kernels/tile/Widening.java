package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// Stored elements made f32, from array to array.
///
/// | type | instructions for a vector, its load and store apart                | elements/ns |
/// |------|--------------------------------------------------------------------|------------:|
/// | f16  | 1, where the compiler finds it in a plain loop, and only there     |          17 |
/// | bf16 | 1: a shift into the upper half                                     |          17 |
/// | int8 | 1: integer to float                                                |          19 |
/// | int4 | 7: mask, shift, to float, put in turn, scaled                      |             |
/// |      | 5: shift, mask, to float, scaled, where dims may come in any order |             |
///
/// (Zen 3, AVX2, 4096 elements in the first-level cache.) The Vector API has no operation for f16: in a kernel's
/// registers it takes 9 instructions for every few query rows, which left 14 of 101 GFLOP/s.
public final class Widening {
    private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS =
            VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 2)).withLanes(short.class);
    private static final VectorSpecies<Byte> BYTES =
            VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 4)).withLanes(byte.class);

    private static final VectorShuffle<Float> FIRST = VectorShuffle.fromOp(F, lane -> lane / 2);
    private static final VectorShuffle<Float> SECOND = VectorShuffle.fromOp(F, lane -> (WIDTH + lane) / 2);
    private static final VectorMask<Float> ODD = VectorMask.fromLong(F, 0xaaaa_aaaa_aaaa_aaaaL);

    /// Elements of a vector of bytes, two in each.
    private static final int BLOCK = 8 * WIDTH;

    /// Elements that share a scale.
    private static final int INT4_GROUP = 32;

    private static final VectorSpecies<Byte> WHOLE = F.vectorShape().withLanes(byte.class);
    private static final VectorShuffle<Float> SCALE_OF_LANE = VectorShuffle.fromOp(F, lane -> lane * 8 / INT4_GROUP);

    /// Whose last bits an integer of 4 bits becomes: cheaper than a conversion.
    private static final int TWO_TO_23 = Float.floatToRawIntBits(0x1p23f);

    private static final int LOW = 15;
    private static final int ZERO_POINT = 8;

    /// Bytes behind those of [#int4] that may be read: vectors are whole.
    public static final int SPARE = 16;

    private Widening() {}

    /// Of IEEE binary16.
    public static void f16(short[] from, float[] to, int at, int length) {
        for (int n = 0; n < length; n++) {
            to[at + n] = Float.float16ToFloat(from[n]);
        }
    }

    /// Of the upper halves of binary32.
    public static void bf16(short[] from, float[] to, int at, int length) {
        int n = 0;
        for (; n <= length - WIDTH; n += WIDTH) {
            IntVector bits = (IntVector)
                    ShortVector.fromArray(SHORTS, from, n).convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
            bits.lanewise(VectorOperators.LSHL, Short.SIZE)
                    .viewAsFloatingLanes()
                    .intoArray(to, at + n);
        }
        for (; n < length; n++) {
            to[at + n] = Float.intBitsToFloat(from[n] << Short.SIZE);
        }
    }

    /// Of signed bytes, without their scale.
    public static void int8(byte[] from, float[] to, int at, int length) {
        for (int n = 0; n < length; n++) {
            to[at + n] = from[n];
        }
    }

    /// Of integers of 4 bits, 8 their 0, two in a byte with the first in the low half: `scale · q`, rounded once.
    ///
    /// @param scales one for each of `groups` groups of `group` elements, a multiple of two vectors
    public static void int4(byte[] from, float[] scales, int groups, int group, float[] to) {
        for (int g = 0; g < groups; g++) {
            float scale = scales[g];
            for (int n = g * group; n < (g + 1) * group; n += 2 * WIDTH) {
                IntVector pairs = (IntVector)
                        ByteVector.fromArray(BYTES, from, n / 2).convertShape(VectorOperators.ZERO_EXTEND_B2I, I, 0);
                FloatVector even = pairs.and(LOW)
                        .or(TWO_TO_23)
                        .viewAsFloatingLanes()
                        .sub(0x1p23f + ZERO_POINT)
                        .mul(scale);
                FloatVector odd = pairs.lanewise(VectorOperators.LSHR, 4)
                        .or(TWO_TO_23)
                        .viewAsFloatingLanes()
                        .sub(0x1p23f + ZERO_POINT)
                        .mul(scale);
                even.rearrange(FIRST).blend(odd.rearrange(FIRST), ODD).intoArray(to, n);
                even.rearrange(SECOND).blend(odd.rearrange(SECOND), ODD).intoArray(to, n + WIDTH);
            }
        }
    }

    /// Whether rows of `dim` elements are whole blocks of [#int4Apart].
    public static boolean comesApart(int dim) {
        return dim % BLOCK == 0;
    }

    /// As [#int4], but element `8 · l + k` of a block of 8 vectors goes to `k · WIDTH + l`: a vector of bytes is
    /// then eight of elements by shifts alone, 5 instructions each. Products do not care which dim is where, as
    /// long as both operands agree: [#apart], [#together].
    ///
    /// @param scales as for [#int4], with [#SPARE] more that may be read
    public static void int4Apart(byte[] from, float[] scales, int length, float[] to) {
        for (int n = 0; n < length; n += BLOCK) {
            IntVector eights = ByteVector.fromArray(WHOLE, from, n / 2).reinterpretAsInts();
            FloatVector scale = FloatVector.fromArray(F, scales, n / INT4_GROUP).rearrange(SCALE_OF_LANE);
            for (int k = n; k < n + BLOCK; k += WIDTH) {
                eights.and(LOW)
                        .or(TWO_TO_23)
                        .viewAsFloatingLanes()
                        .sub(0x1p23f + ZERO_POINT)
                        .mul(scale)
                        .intoArray(to, k);
                eights = eights.lanewise(VectorOperators.LSHR, 4);
            }
        }
    }

    /// Puts the elements of a row where [#int4Apart] puts them.
    public static void apart(float[] row, int at, float[] to, int toAt, int length) {
        for (int n = 0; n < length; n++) {
            to[toAt + place(n)] = row[at + n];
        }
    }

    /// Puts them back.
    public static void together(float[] row, int at, float[] to, int toAt, int length) {
        for (int n = 0; n < length; n++) {
            to[toAt + n] = row[at + place(n)];
        }
    }

    private static int place(int n) {
        int inBlock = n % BLOCK;
        return n - inBlock + inBlock % 8 * WIDTH + inBlock / 8;
    }
}
