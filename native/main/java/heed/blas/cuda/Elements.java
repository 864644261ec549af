package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import heed.attention.Tensor;
import java.lang.foreign.MemorySegment;

/// Copies rows of 16-bit or 32-bit elements, whatever they mean, from a caller's tensor side by side into memory
/// of ours. Every access is a checked one: a segment that dies during a run ends in an exception.
final class Elements {
    private Elements() {}

    /// @param at byte of the first element in the tensor's segment
    /// @param to byte of `target`
    static void copy(Tensor tensor, long at, int count, MemorySegment target, long to) {
        MemorySegment source = tensor.segment();
        int bytes = tensor.type().bytes();
        long stride = tensor.stride(3);
        if (stride == bytes) {
            MemorySegment.copy(source, at, target, to, (long) count * bytes);
        } else if (bytes == Short.BYTES) {
            for (int n = 0; n < count; n++) {
                target.set(JAVA_SHORT, to + 2L * n, source.get(JAVA_SHORT, at + n * stride));
            }
        } else {
            for (int n = 0; n < count; n++) {
                target.set(JAVA_INT, to + 4L * n, source.get(JAVA_INT, at + n * stride));
            }
        }
    }
}
