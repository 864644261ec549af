package heed.kernels.fused;

import heed.attention.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Moves one f32 row between a caller's tensor and an array. Every access to the caller's memory is one of these, so
/// that kernels see arrays only, and a segment that dies during a run ends in an exception.
public final class Rows {
    private Rows() {}

    /// `row = factor · (the `length` elements from byte `at` on, along the last axis)`
    public static void read(Tensor tensor, long at, int length, float[] row, double factor) {
        MemorySegment segment = tensor.segment();
        long stride = tensor.stride(tensor.rank() - 1);
        if (stride == Float.BYTES) {
            MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, at, row, 0, length);
        } else {
            for (int d = 0; d < length; d++) {
                row[d] = segment.get(ValueLayout.JAVA_FLOAT, at + d * stride);
            }
        }
        if (factor != 1) {
            for (int d = 0; d < length; d++) {
                row[d] = (float) (row[d] * factor); // one rounding, none of the factor
            }
        }
    }

    /// Stores `row[from … from + length)` at byte `at`, along the last axis.
    public static void write(float[] row, int from, int length, Tensor tensor, long at) {
        MemorySegment segment = tensor.segment();
        long stride = tensor.stride(tensor.rank() - 1);
        if (stride == Float.BYTES) {
            MemorySegment.copy(row, from, segment, ValueLayout.JAVA_FLOAT, at, length);
        } else {
            for (int d = 0; d < length; d++) {
                segment.set(ValueLayout.JAVA_FLOAT, at + d * stride, row[from + d]);
            }
        }
    }
}
