package heed.kernels.fused;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.kernels.tile.StoredKernels;
import java.lang.foreign.MemorySegment;

/// Stored rows as a kernel wants them: contiguous along the last axis. Those of another stride are copied, a chunk
/// at a time, so that where elements lie changes speed alone.
final class DirectOperand {
    /// Rows of a chunk.
    static final int ROWS = StoredKernels.KEYS;

    private final DirectKernels kernels;
    private final int dim;
    private final MemorySegment[] staged;
    private StoredKernels kernel;
    private MemorySegment segment = MemorySegment.NULL;
    private long elementStride;
    private int elementBytes;

    DirectOperand(DirectKernels kernels, ElementType type, int dim, int workers) {
        this.kernels = kernels;
        this.dim = dim;
        kernel = kernels.onHeap();
        staged = new MemorySegment[workers];
        for (int n = 0; n < workers; n++) {
            staged[n] = array(type, ROWS * dim);
        }
    }

    private static MemorySegment array(ElementType type, int length) {
        return switch (type.bytes()) {
            case Byte.BYTES -> MemorySegment.ofArray(new byte[length]);
            case Short.BYTES -> MemorySegment.ofArray(new short[length]);
            default -> MemorySegment.ofArray(new float[length]);
        };
    }

    long bytes() {
        return staged.length * staged[0].byteSize();
    }

    void bind(Tensor tensor, int lastAxis) {
        segment = tensor.segment();
        elementBytes = tensor.type().bytes();
        elementStride = tensor.stride(lastAxis);
        kernel = segment.isNative() && isContiguous() ? kernels.offHeap() : kernels.onHeap();
    }

    void release() {
        segment = MemorySegment.NULL;
    }

    private boolean isContiguous() {
        return elementStride == elementBytes;
    }

    StoredKernels kernel() {
        return kernel;
    }

    /// Where `count` rows that begin at byte `at`, `stride` apart, can be read as contiguous ones.
    MemorySegment rows(int worker, long at, long stride, int count) {
        if (isContiguous()) {
            return segment;
        }
        for (int n = 0; n < count; n++) {
            for (int d = 0; d < dim; d++) {
                long from = at + n * stride + d * elementStride;
                long to = ((long) n * dim + d) * elementBytes;
                MemorySegment.copy(segment, from, staged[worker], to, elementBytes);
            }
        }
        return staged[worker];
    }

    /// The byte at which rows of [#rows] begin.
    long at(long at) {
        return isContiguous() ? at : 0;
    }

    /// Bytes from one row of [#rows] to the next.
    long stride(long stride) {
        return isContiguous() ? stride : (long) dim * elementBytes;
    }
}
