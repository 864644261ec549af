package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Loads a vector of stored elements as f32, in registers.
///
/// | type | instructions a vector besides the load, which widens                             |
/// |------|----------------------------------------------------------------------------------|
/// | f32  | 0                                                                                |
/// | bf16 | 1: a shift into the upper half                                                   |
/// | int8 | 1: integer to float                                                              |
/// | f16  | 9: moved to f32's place and multiplied by 2¹¹², which also makes subnormals      |
/// |      | normal; ±∞ and NaN mended, the sign put back                                     |
///
/// The compiler vectorises `Float.float16ToFloat` in loops over arrays alone, hence f16 by hand.
final class Stored {
    private static final VectorSpecies<Integer> I = F.vectorShape().withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS =
            VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 2)).withLanes(short.class);
    private static final VectorSpecies<Byte> BYTES =
            VectorShape.forBitSize(Math.max(64, F.vectorBitSize() / 4)).withLanes(byte.class);

    private static final int F16_MAGNITUDE = 0x7fff;
    private static final int F16_INFINITY = 0x7c00;
    private static final int INFINITY_BITS = 0x7f80_0000;

    private Stored() {}

    /// A vector of elements of `type` from `at` on.
    ///
    /// Comparisons instead of a switch: it would look its branch up in an array, which is no constant to the
    /// compiler, and vectors that come together from several branches are boxed.
    static FloatVector load(StoredType type, StoredChunk chunk, int at) {
        if (type == StoredType.F32) {
            return FloatVector.fromArray(F, chunk.floats(), at);
        } else if (type == StoredType.BF16) {
            return bf16(ShortVector.fromArray(SHORTS, chunk.shorts(), at));
        } else if (type == StoredType.F16) {
            return f16(ShortVector.fromArray(SHORTS, chunk.shorts(), at));
        } else {
            return int8(ByteVector.fromArray(BYTES, chunk.bytes(), at));
        }
    }

    private static FloatVector bf16(ShortVector halves) {
        return widened(halves).lanewise(VectorOperators.LSHL, 16).viewAsFloatingLanes();
    }

    private static FloatVector f16(ShortVector halves) {
        IntVector bits = widened(halves);
        IntVector magnitude = bits.and(F16_MAGNITUDE);
        IntVector number = magnitude
                .lanewise(VectorOperators.LSHL, 13)
                .viewAsFloatingLanes()
                .mul(0x1p112f)
                .viewAsIntegralLanes();
        IntVector special = number.or(INFINITY_BITS);
        IntVector sign = bits.and(0x8000).lanewise(VectorOperators.LSHL, 16);
        return number.blend(special, magnitude.compare(VectorOperators.GE, F16_INFINITY))
                .or(sign)
                .viewAsFloatingLanes();
    }

    private static FloatVector int8(ByteVector bytes) {
        return (FloatVector) bytes.convertShape(VectorOperators.B2F, F, 0);
    }

    private static IntVector widened(ShortVector halves) {
        return (IntVector) halves.convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0);
    }
}
