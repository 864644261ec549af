package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Tensor;
import heed.kernels.tile.Transposed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Reads what is stored for single keys and values, of any type and layout.
///
/// INT8 comes without its scale, which multiplies finished scores and weights: one multiplication for a key and
/// row, not one for each element, and the elements stay exact. INT4, with a scale for each group of elements,
/// comes scaled.
final class StoredBlock {
    private StoredBlock() {}

    /// Keys `j … j + count` into `scratch.panel`.
    static void readKeys(AttentionCall call, int b, int kvHead, int j, int count, TileScratch scratch) {
        Tensor key = call.key();
        int dim = call.spec().headDim();
        if (call.spec().keyLayout() instanceof KeyLayout.Rows && isContiguous(key, dim)) {
            for (int n = 0, some; n < count; n += some) {
                some = Math.min(count - n, call.keysTogether(j + n));
                long at = call.keyAt(b, kvHead, j + n);
                scratch.convert.read(key, at, key.stride(3), some * dim, scratch.panel, n * dim);
            }
            return;
        }
        if (call.spec().keyLayout() instanceof KeyLayout.Panels(int width) && key.type() != ElementType.INT4) {
            readPanels(call, b, kvHead, j, count, width, scratch);
            return;
        }
        for (int n = 0; n < count; n++) {
            readKey(call, b, kvHead, j + n, scratch, n * dim);
        }
    }

    /// Keys of whole panels, the last of which may hold fewer; each panel is contiguous. An element at a time
    /// this would take as long as the products of a hundred rows.
    private static void readPanels(
            AttentionCall call, int b, int kvHead, int j, int count, int width, TileScratch scratch) {
        Tensor key = call.key();
        int dim = call.spec().headDim();
        for (int n = 0; n < count; n += width) {
            long at = call.keyPanelAt(b, kvHead, (j + n) / width);
            scratch.convert.read(key, at, key.stride(4), dim * width, scratch.keyPanel, 0);
            int some = Math.min(width, count - n);
            Transposed.put(scratch.keyPanel, 0, width, dim, some, scratch.panel, n * dim, dim);
        }
    }

    /// Values `j … j + count` into `scratch.panel`, each followed by zeros up to `padded` elements.
    static void readValues(AttentionCall call, int b, int kvHead, int j, int count, int padded, TileScratch scratch) {
        Tensor value = call.value();
        int dim = call.spec().valueDim();
        if (dim == padded && isContiguous(value, dim)) {
            for (int n = 0, some; n < count; n += some) {
                some = Math.min(count - n, call.keysTogether(j + n));
                long at = call.valueAt(b, kvHead, j + n);
                scratch.convert.read(value, at, value.stride(3), some * dim, scratch.panel, n * dim);
            }
            return;
        }
        for (int n = 0; n < count; n++) {
            readValue(call, b, kvHead, j + n, scratch, scratch.panel, n * padded);
            Arrays.fill(scratch.panel, n * padded + dim, (n + 1) * padded, 0);
        }
    }

    /// Whether rows of `dim` elements lie one behind the other and are read element by element.
    private static boolean isContiguous(Tensor tensor, int dim) {
        long bytes = tensor.type().bytes();
        return tensor.type() != ElementType.INT4 && tensor.stride(3) == bytes && tensor.stride(2) == dim * bytes;
    }

    private static void readKey(AttentionCall call, int b, int kvHead, int j, TileScratch scratch, int to) {
        Tensor key = call.key();
        long at = switch (call.spec().keyLayout()) {
            case KeyLayout.Rows _ -> call.keyAt(b, kvHead, j);
            case KeyLayout.Panels(int width) -> call.keyPanelAt(b, kvHead, j / width) + j % width * key.stride(4);
        };
        int length = call.spec().headDim();
        if (call.spec().kvType() == ElementType.INT4) {
            long scaleAt = call.keyScaleAt(b, kvHead, j);
            scratch.convert.readInt4(key, at, key.stride(3), call.keyScale(), scaleAt, length, scratch.panel, to);
        } else {
            scratch.convert.read(key, at, key.stride(3), length, scratch.panel, to);
        }
    }

    /// Value `j` into `scratch.row`.
    static void readValue(AttentionCall call, int b, int kvHead, int j, TileScratch scratch) {
        readValue(call, b, kvHead, j, scratch, scratch.row, 0);
    }

    private static void readValue(
            AttentionCall call, int b, int kvHead, int j, TileScratch scratch, float[] row, int to) {
        Tensor value = call.value();
        long at = call.valueAt(b, kvHead, j);
        int length = call.spec().valueDim();
        if (call.spec().kvType() == ElementType.INT4) {
            long scaleAt = call.valueScaleAt(b, kvHead, j);
            scratch.convert.readInt4(value, at, value.stride(3), call.valueScale(), scaleAt, length, row, to);
        } else {
            scratch.convert.read(value, at, value.stride(3), length, row, to);
        }
    }

    /// Whether each key and value has one scale, which [#readScales] brings.
    static boolean hasScales(AttentionCall call) {
        return call.spec().kvType() == ElementType.INT8;
    }

    /// The scales of keys `origin … origin + count` of the loaded tile's sequence and head into `scratch.scales`,
    /// those of the values behind them.
    static void readScales(AttentionCall call, int origin, int count, TileScratch scratch) {
        Tensor keyScale = call.keyScale();
        Tensor valueScale = call.valueScale();
        for (int n = 0, some; n < count; n += some) {
            some = Math.min(count - n, call.keysTogether(origin + n));
            long keyAt = call.keyScaleAt(scratch.b, scratch.kvHead, origin + n);
            long valueAt = call.valueScaleAt(scratch.b, scratch.kvHead, origin + n);
            readScales(keyScale, keyAt, keyScale.stride(2), some, scratch.scales, n);
            readScales(valueScale, valueAt, valueScale.stride(2), some, scratch.scales, TileShape.KEYS + n);
        }
    }

    /// `scales[to … to + count) =` those from byte `at` on, `stride` bytes apart.
    static void readScales(Tensor scale, long at, long stride, int count, float[] scales, int to) {
        if (scale.type() == ElementType.F32 && stride == Float.BYTES) {
            MemorySegment.copy(scale.segment(), ValueLayout.JAVA_FLOAT, at, scales, to, count);
            return;
        }
        for (int n = 0; n < count; n++) {
            scales[to + n] = (float) scale.type().read(scale.segment(), at + n * stride);
        }
    }
}
