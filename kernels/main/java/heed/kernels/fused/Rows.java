package heed.kernels.fused;

import heed.attention.ElementType;
import heed.attention.Int4Pair;
import heed.attention.Tensor;
import heed.kernels.tile.Widening;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Moves single rows between a caller's tensors and arrays of f32, one for each thread.
///
/// Every access to the caller's memory is a checked one of a segment, so that a segment that dies during a run
/// ends in an exception. Contiguous rows are copied whole and converted in loops over arrays, which the compiler
/// vectorises.
public final class Rows {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private final short[] shorts;
    private final byte[] bytes;

    /// For rows of at most `longest` elements.
    public Rows(int longest) {
        shorts = new short[longest];
        bytes = new byte[longest];
    }

    /// Bytes held.
    public long bytes() {
        return 3L * bytes.length;
    }

    /// `row[to … to + length) =` the elements from byte `at` on, `stride` bytes apart; of INT8 without their
    /// scale.
    public void read(Tensor tensor, long at, long stride, int length, float[] row, int to) {
        MemorySegment segment = tensor.segment();
        ElementType type = tensor.type();
        if (stride != type.bytes() || type == ElementType.F64) {
            for (int d = 0; d < length; d++) {
                row[to + d] = (float) type.read(segment, at + d * stride);
            }
            return;
        }
        switch (type) {
            case F32 -> MemorySegment.copy(segment, FLOAT, at, row, to, length);
            case F16 -> {
                MemorySegment.copy(segment, SHORT, at, shorts, 0, length);
                Widening.f16(shorts, row, to, length);
            }
            case BF16 -> {
                MemorySegment.copy(segment, SHORT, at, shorts, 0, length);
                Widening.bf16(shorts, row, to, length);
            }
            case INT8 -> {
                MemorySegment.copy(segment, BYTE, at, bytes, 0, length);
                Widening.int8(bytes, row, to, length);
            }
            case BOOL, F64, INT4 -> throw new AssertionError("refused by support: " + type);
        }
    }

    /// `row[to … to + length) = scale · q`, rounded once, of INT4 pairs `stride` bytes apart.
    void readInt4(Tensor pairs, long at, long stride, Tensor scale, long scaleAt, int length, float[] row, int to) {
        float factor = 0;
        for (int d = 0; d < length; d += 2) {
            if (d % ElementType.INT4_GROUP == 0) {
                long groupAt = scaleAt + d / ElementType.INT4_GROUP * scale.stride(3);
                factor = (float) scale.type().read(scale.segment(), groupAt);
            }
            int pair = pairs.segment().get(BYTE, at + d / 2 * stride);
            row[to + d] = factor * Int4Pair.low(pair);
            row[to + d + 1] = factor * Int4Pair.high(pair);
        }
    }

    /// Stores `row[from … from + length)` at byte `at`, along the last axis, each rounded to nearest.
    public void write(float[] row, int from, int length, Tensor tensor, long at) {
        MemorySegment segment = tensor.segment();
        long stride = tensor.stride(tensor.rank() - 1);
        if (tensor.type() == ElementType.F32 && stride == Float.BYTES) {
            MemorySegment.copy(row, from, segment, FLOAT, at, length);
        } else if (tensor.type() == ElementType.F16 && stride == Short.BYTES) {
            for (int d = 0; d < length; d++) {
                shorts[d] = Float.floatToFloat16(row[from + d]);
            }
            MemorySegment.copy(shorts, 0, segment, SHORT, at, length);
        } else {
            for (int d = 0; d < length; d++) {
                tensor.type().write(segment, at + d * stride, row[from + d]);
            }
        }
    }
}
