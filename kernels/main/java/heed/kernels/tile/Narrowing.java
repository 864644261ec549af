package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// f32 made bf16, from an array to memory off the heap, where a library reads it.
///
/// To nearest, ties to even: half an ulp of what stays, `2⁻⁸` of the value at most. A NaN stays one; that is a blend
/// of its own, since adding to its bits could carry it over into a number. Ten instructions a vector: the Vector
/// API has no operation for the CPU's one.
public final class Narrowing {
    private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS =
            VectorShape.forBitSize(F.vectorBitSize() / 2).withLanes(short.class);

    /// What is added below the last bit that stays, short of a carry for a tie.
    private static final int HALF = 0x7fff;

    private static final int UPPER_HALF = -1 << Short.SIZE;

    private static final short NAN = 0x7fc0;

    private Narrowing() {}

    /// `to[toAt …) = from[at … at + length)`.
    ///
    /// @param toAt in bytes
    public static void bf16(float[] from, int at, int length, MemorySegment to, long toAt) {
        int n = 0;
        for (; n <= length - WIDTH; n += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, from, at + n);
            IntVector bits = x.reinterpretAsInts();
            IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1);
            IntVector rounded = bits.add(HALF).add(odd).lanewise(VectorOperators.LSHR, Short.SIZE);
            IntVector kept = rounded.blend(NAN, x.test(VectorOperators.IS_NAN).cast(I));
            ((ShortVector) kept.convertShape(VectorOperators.I2S, SHORTS, 0))
                    .intoMemorySegment(to, toAt + (long) n * Short.BYTES, ByteOrder.nativeOrder());
        }
        for (; n < length; n++) {
            to.set(ValueLayout.JAVA_SHORT_UNALIGNED, toAt + (long) n * Short.BYTES, bf16(from[at + n]));
        }
    }

    /// [#bf16] of whole vectors of weights, with what their sum loses by it.
    ///
    /// A weight's place in a vector follows from its column alone, so zeros before and behind change no sum.
    ///
    /// @param lanes scratch of twice [Lanes#WIDTH]
    /// @return `Σ from / Σ to`; 1 if that is nothing
    public static float weights(float[] from, int at, int length, MemorySegment to, long toAt, float[] lanes) {
        FloatVector given = FloatVector.zero(F);
        FloatVector kept = given;
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, from, at + n);
            IntVector bits = x.reinterpretAsInts();
            IntVector odd = bits.lanewise(VectorOperators.LSHR, Short.SIZE).and(1);
            IntVector rounded = bits.add(HALF).add(odd).and(UPPER_HALF);
            given = given.add(x);
            kept = kept.add(rounded.reinterpretAsFloats());
            IntVector shifted = rounded.lanewise(VectorOperators.LSHR, Short.SIZE)
                    .blend(NAN, x.test(VectorOperators.IS_NAN).cast(I));
            ((ShortVector) shifted.convertShape(VectorOperators.I2S, SHORTS, 0))
                    .intoMemorySegment(to, toAt + (long) n * Short.BYTES, ByteOrder.nativeOrder());
        }
        given.intoArray(lanes, 0);
        kept.intoArray(lanes, WIDTH);
        float sum = sum(lanes, WIDTH);
        return sum > 0 ? sum(lanes, 0) / sum : 1;
    }

    /// Of a vector, as a tree.
    private static float sum(float[] lanes, int at) {
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = at; n < at + half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[at];
    }

    private static short bf16(float x) {
        int bits = Float.floatToRawIntBits(x);
        return Float.isNaN(x) ? NAN : (short) (bits + HALF + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
    }
}
