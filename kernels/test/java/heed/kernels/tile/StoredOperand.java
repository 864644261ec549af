package heed.kernels.tile;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Random rows of one stored type in one kind of memory, what lies between them NaN where the type has it.
///
/// The segment ends with the last row, so that a read past it is refused.
final class StoredOperand {
    final StoredType type;
    final MemorySegment segment;
    final long at;
    final long stride;

    /// The elements as numbers, `[rows][dim]`.
    final float[][] elements;

    /// @param at elements before the first row; `gap` between one row and the next
    /// @param arena of native memory; null is the heap
    StoredOperand(StoredType type, int rows, int dim, int at, int gap, @Nullable Arena arena, Random random) {
        this.type = type;
        this.at = (long) at * type.bytes();
        stride = (long) (dim + gap) * type.bytes();
        segment = allocate(type, at + (rows - 1) * (dim + gap) + dim, arena);
        segment.fill((byte) 0xff);
        elements = new float[rows][dim];
        for (int i = 0; i < rows; i++) {
            for (int d = 0; d < dim; d++) {
                int bits = encode(type, (float) random.nextGaussian());
                setBits(type, segment, at + (long) i * (dim + gap) + d, bits);
                elements[i][d] = decode(type, bits);
            }
        }
    }

    static MemorySegment allocate(StoredType type, int length, @Nullable Arena arena) {
        if (arena != null) {
            return arena.allocate((long) length * type.bytes(), type.bytes());
        }
        return switch (type) {
            case F32 -> MemorySegment.ofArray(new float[length]);
            case F16, BF16 -> MemorySegment.ofArray(new short[length]);
            case INT8 -> MemorySegment.ofArray(new byte[length]);
        };
    }

    static void setBits(StoredType type, MemorySegment segment, long index, int bits) {
        switch (type) {
            case F32 -> segment.setAtIndex(ValueLayout.JAVA_INT, index, bits);
            case F16, BF16 -> segment.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) bits);
            case INT8 -> segment.setAtIndex(ValueLayout.JAVA_BYTE, index, (byte) bits);
        }
    }

    private static int encode(StoredType type, float x) {
        return switch (type) {
            case F32 -> Float.floatToRawIntBits(x);
            case F16 -> Float.floatToFloat16(x);
            case BF16 -> Float.floatToRawIntBits(x) >>> 16;
            case INT8 -> Math.round(Math.clamp(40 * x, -128f, 127f));
        };
    }

    /// What the low bits of `bits` stand for.
    static float decode(StoredType type, int bits) {
        return switch (type) {
            case F32 -> Float.intBitsToFloat(bits);
            case F16 -> Float.float16ToFloat((short) bits);
            case BF16 -> Float.intBitsToFloat(bits << 16);
            case INT8 -> (byte) bits;
        };
    }
}
