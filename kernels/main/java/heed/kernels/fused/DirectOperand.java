package heed.kernels.fused;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.StoredType;
import heed.kernels.tile.Widening;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Brings stored rows to where the kernels read them, a chunk at a time: for each thread an array that the
/// first-level cache holds. The copy is what waits for memory, with as many lines under way as the core can
/// have.
///
/// What the kernels cannot read is widened to f32 on the way, once for all query rows.
final class DirectOperand {
    private final ElementType type;
    private final int dim;
    private final StoredChunk[] chunks;
    private final short[][] halves;
    private final byte[][] bytes;
    private final float[][] scales;
    private final boolean isApart;

    /// Room for `rows` rows of `dim` elements of `type`, which kernels read as `read`, for each of `workers`
    /// threads.
    DirectOperand(ElementType type, StoredType read, int dim, int rows, int workers) {
        this.type = type;
        this.dim = dim;
        int length = rows * dim;
        boolean widens = read == StoredType.F32;
        chunks = new StoredChunk[workers];
        for (int n = 0; n < workers; n++) {
            chunks[n] = StoredChunk.of(read, length);
        }
        halves = new short[workers][widens && (type == ElementType.F16 || type == ElementType.BF16) ? length : 0];
        bytes = new byte[workers][widens ? bytesOf(type, length) : 0];
        int scaleCount = type == ElementType.INT4 ? length / ElementType.INT4_GROUP + Widening.SPARE : 0;
        scales = new float[workers][scaleCount];
        isApart = type == ElementType.INT4 && Widening.comesApart(dim);
    }

    private static int bytesOf(ElementType type, int length) {
        return switch (type) {
            case INT8 -> length;
            case INT4 -> length / 2 + Widening.SPARE;
            case F16, BF16, F32, F64, BOOL -> 0;
        };
    }

    /// Whether the dims of rows come as [Widening#apart] puts them.
    boolean isApart() {
        return isApart;
    }

    /// Bytes held.
    long bytes() {
        StoredChunk chunk = chunks[0];
        long floats = chunk.floats().length + scales[0].length;
        long shorts = chunk.shorts().length + halves[0].length;
        return chunks.length * (4 * floats + 2 * shorts + chunk.bytes().length + bytes[0].length);
    }

    /// Copies `count` rows that begin at byte `at`, evenly apart along axis 2, to row `to` of what [#read] gives.
    void copyRows(int worker, Tensor tensor, long at, int to, int count) {
        int length = type == ElementType.INT4 ? dim / 2 : dim;
        long stride = tensor.stride(2);
        long elementStride = tensor.stride(tensor.rank() - 1);
        if (elementStride == type.bytes() && stride == (long) length * type.bytes()) {
            copy(worker, tensor.segment(), at, to * length, count * length);
            return;
        }
        for (int n = 0; n < count; n++) {
            int row = (to + n) * length;
            if (elementStride == type.bytes()) {
                copy(worker, tensor.segment(), at + n * stride, row, length);
            } else {
                for (int d = 0; d < length; d++) {
                    copy(worker, tensor.segment(), at + n * stride + d * elementStride, row + d, 1);
                }
            }
        }
    }

    /// Copies the scales of `count` rows of INT4, which begin at byte `at`, for row `to` on.
    void copyScales(int worker, Tensor scale, long at, int to, int count) {
        int groups = dim / ElementType.INT4_GROUP;
        long bytes = scale.type().bytes();
        if (scale.stride(3) == bytes && scale.stride(2) == groups * bytes) { // one behind the other: a copy for all
            StoredBlock.readScales(scale, at, bytes, count * groups, scales[worker], to * groups);
            return;
        }
        for (int n = 0; n < count; n++) {
            StoredBlock.readScales(
                    scale, at + n * scale.stride(2), scale.stride(3), groups, scales[worker], (to + n) * groups);
        }
    }

    /// Copies `length` contiguous stored elements from byte `at` on, to element `to` of what [#read] gives.
    void copy(int worker, MemorySegment segment, long at, int to, int length) {
        StoredChunk chunk = chunks[worker];
        boolean widens = chunk.floats().length > 0;
        switch (type) {
            case F32 -> MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, at, chunk.floats(), to, length);
            case F16, BF16 -> {
                short[] target = widens ? halves[worker] : chunk.shorts();
                MemorySegment.copy(segment, ValueLayout.JAVA_SHORT, at, target, to, length);
            }
            case INT8, INT4 -> {
                byte[] target = widens ? bytes[worker] : chunk.bytes();
                MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, target, to, length);
            }
            case F64, BOOL -> throw new AssertionError("refused by support: " + type);
        }
    }

    /// The first `length` elements copied.
    StoredChunk read(int worker, int length) {
        StoredChunk chunk = chunks[worker];
        if (chunk.floats().length > 0) {
            switch (type) {
                case F16 -> Widening.f16(halves[worker], chunk.floats(), 0, length);
                case BF16 -> Widening.bf16(halves[worker], chunk.floats(), 0, length);
                case INT8 -> Widening.int8(bytes[worker], chunk.floats(), 0, length);
                case INT4 -> {
                    int group = ElementType.INT4_GROUP;
                    if (isApart) {
                        Widening.int4Apart(bytes[worker], scales[worker], length, chunk.floats());
                    } else {
                        Widening.int4(bytes[worker], scales[worker], length / group, group, chunk.floats());
                    }
                }
                case F32, F64, BOOL -> {} // there already
            }
        }
        return chunk;
    }
}
