package heed.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Rows as doubles, whatever their type, stride and scales. What is stored is widened exactly; only with an f64 scale
/// does `scale · q` round.
final class StoredRows {
    private StoredRows() {}

    /// Element `n` of a tensor of one axis; [Tensor#get] makes an array of its index.
    static double element(Tensor tensor, int n) {
        return tensor.type().read(tensor.segment(), tensor.offset() + n * tensor.stride(0));
    }

    /// Reads elements of a floating-point type `stride` bytes apart. f32 has a loop of its own: one that has met
    /// several types asks for each element's.
    static void read(Tensor tensor, long at, long stride, double[] row) {
        if (tensor.type() == ElementType.F32) {
            readFloats(tensor.segment(), at, stride, row);
            return;
        }
        for (int d = 0; d < row.length; d++) {
            row[d] = tensor.type().read(tensor.segment(), at + d * stride);
        }
    }

    private static void readFloats(MemorySegment segment, long at, long stride, double[] row) {
        for (int d = 0; d < row.length; d++) {
            row[d] = segment.get(ValueLayout.JAVA_FLOAT, at + d * stride);
        }
    }

    /// Reads elements of a quantised type `stride` bytes apart, the scale of the first at byte `scaleAt`.
    static void readScaled(Tensor tensor, long at, long stride, Tensor scale, long scaleAt, double[] row) {
        if (tensor.type() == ElementType.INT8) {
            readInt8(tensor, at, stride, scale.type().read(scale.segment(), scaleAt), row);
        } else {
            readInt4(tensor, at, stride, scale, scaleAt, row);
        }
    }

    private static void readInt8(Tensor tensor, long at, long stride, double scale, double[] row) {
        for (int d = 0; d < row.length; d++) {
            row[d] = scale * tensor.type().read(tensor.segment(), at + d * stride);
        }
    }

    private static void readInt4(Tensor pairs, long at, long stride, Tensor scale, long scaleAt, double[] row) {
        for (int d = 0; d < row.length; d += 2) {
            long groupAt = scaleAt + d / ElementType.INT4_GROUP * scale.stride(3);
            double factor = scale.type().read(scale.segment(), groupAt);
            int pair = (int) pairs.type().read(pairs.segment(), at + d / 2 * stride);
            row[d] = factor * Int4Pair.low(pair);
            row[d + 1] = factor * Int4Pair.high(pair);
        }
    }
}
