package heed.attention;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads rows as doubles, as [AttentionCall#readKey] does, and where their elements lie together many at a time: a
/// check's cost is that of reading keys and values, and one by one each element costs as much as a dozen
/// multiply-adds.
final class RowReader {
    private final float[] floats;
    private final short[] shorts;
    private final byte[] bytes;

    /// Reads rows of at most `dim` elements.
    RowReader(int dim) {
        floats = new float[dim];
        shorts = new short[dim];
        bytes = new byte[dim];
    }

    long bytes() {
        return (Float.BYTES + Short.BYTES + 1L) * floats.length;
    }

    /// Key `j` of kv head `head` in sequence `b`.
    void readKey(AttentionCall call, int b, int head, int j, double[] row) {
        boolean rows = call.spec().keyLayout() instanceof KeyLayout.Rows;
        Tensor key = call.key();
        if (!rows || !read(key, call.keyAt(b, head, j), row)) {
            call.readKey(b, head, j, row);
        } else if (key.type() == ElementType.INT8) {
            scale(row, call.keyScale(), call.keyScaleAt(b, head, j));
        }
    }

    /// Value `j` of kv head `head` in sequence `b`.
    void readValue(AttentionCall call, int b, int head, int j, double[] row) {
        Tensor value = call.value();
        if (!read(value, call.valueAt(b, head, j), row)) {
            call.readValue(b, head, j, row);
        } else if (value.type() == ElementType.INT8) {
            scale(row, call.valueScale(), call.valueScaleAt(b, head, j));
        }
    }

    private static void scale(double[] row, Tensor scale, long at) {
        double factor = scale.type().read(scale.segment(), at);
        for (int d = 0; d < row.length; d++) {
            row[d] *= factor;
        }
    }

    /// Whether it could.
    private boolean read(Tensor tensor, long at, double[] row) {
        if (tensor.stride(3) != tensor.type().bytes()) {
            return false;
        }
        MemorySegment from = tensor.segment();
        switch (tensor.type()) {
            case F64 -> MemorySegment.copy(from, ValueLayout.JAVA_DOUBLE, at, row, 0, row.length);
            case F32 -> readFloats(from, at, row);
            case F16, BF16 -> readShorts(from, tensor.type(), at, row);
            case INT8 -> readBytes(from, at, row);
            case INT4, BOOL -> {
                return false;
            }
        }
        return true;
    }

    private void readFloats(MemorySegment from, long at, double[] row) {
        MemorySegment.copy(from, ValueLayout.JAVA_FLOAT, at, floats, 0, row.length);
        for (int d = 0; d < row.length; d++) {
            row[d] = floats[d];
        }
    }

    private void readShorts(MemorySegment from, ElementType type, long at, double[] row) {
        MemorySegment.copy(from, ValueLayout.JAVA_SHORT, at, shorts, 0, row.length);
        if (type == ElementType.BF16) {
            for (int d = 0; d < row.length; d++) {
                row[d] = Float.intBitsToFloat(shorts[d] << Short.SIZE);
            }
        } else {
            for (int d = 0; d < row.length; d++) {
                row[d] = Float.float16ToFloat(shorts[d]);
            }
        }
    }

    private void readBytes(MemorySegment from, long at, double[] row) {
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, bytes, 0, row.length);
        for (int d = 0; d < row.length; d++) {
            row[d] = bytes[d];
        }
    }
}
