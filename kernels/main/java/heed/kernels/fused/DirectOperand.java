package heed.kernels.fused;

import heed.attention.Tensor;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.StoredKernels;
import heed.kernels.tile.StoredType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Brings stored rows to where the kernels read them, a chunk at a time: for each thread an array that the
/// first-level cache holds. The copy is what waits for memory, with as many lines under way as the core can have.
public final class DirectOperand {
    private final StoredType type;
    private final int dim;
    private final StoredChunk[] chunks;

    /// What a type of keys and values is read with.
    ///
    /// @param type as stored
    /// @param kernels for it
    public record Kind(StoredType type, StoredKernels kernels) {}

    DirectOperand(StoredType type, int dim, int rows, int workers) {
        this.type = type;
        this.dim = dim;
        chunks = new StoredChunk[workers];
        for (int n = 0; n < workers; n++) {
            chunks[n] = StoredChunk.of(type, rows * dim);
        }
    }

    long bytes(int rows) {
        return (long) chunks.length * rows * dim * type.bytes();
    }

    /// Copies `count` rows that begin at byte `at`, `stride` bytes apart.
    StoredChunk rows(int worker, Tensor tensor, long at, long stride, int count) {
        long elementStride = tensor.stride(tensor.rank() - 1);
        StoredChunk chunk = chunks[worker];
        if (elementStride != type.bytes()) {
            gather(tensor, at, stride, elementStride, count, chunk);
        } else if (stride == (long) dim * type.bytes()) {
            copy(tensor.segment(), at, chunk, 0, count * dim);
        } else {
            for (int n = 0; n < count; n++) {
                copy(tensor.segment(), at + n * stride, chunk, n * dim, dim);
            }
        }
        return chunk;
    }

    /// Copies `length` contiguous elements from byte `at` on.
    StoredChunk contiguous(int worker, Tensor tensor, long at, int length) {
        copy(tensor.segment(), at, chunks[worker], 0, length);
        return chunks[worker];
    }

    private void copy(MemorySegment segment, long at, StoredChunk chunk, int to, int length) {
        switch (type) {
            case F32 -> MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, at, chunk.floats(), to, length);
            case F16, BF16 -> MemorySegment.copy(segment, ValueLayout.JAVA_SHORT, at, chunk.shorts(), to, length);
            case INT8 -> MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, chunk.bytes(), to, length);
        }
    }

    private void gather(Tensor tensor, long at, long stride, long elementStride, int count, StoredChunk chunk) {
        for (int n = 0; n < count; n++) {
            for (int d = 0; d < dim; d++) {
                copy(tensor.segment(), at + n * stride + d * elementStride, chunk, n * dim + d, 1);
            }
        }
    }
}
