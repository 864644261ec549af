package heed.kernels.gradient;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.Lanes.roundUp;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.GradientCall;
import heed.attention.Tensor;
import heed.kernels.fused.Rows;
import heed.kernels.tile.RowMath;
import java.util.Arrays;

/// Keys and values of one kv head as the gradient's products want them, and their gradients so far: linear in
/// length.
final class SlotKeys {
    /// `Kᵀ`, a column for each key.
    final PanelMatrix keyColumns;

    /// `Vᵀ`.
    final PanelMatrix valueColumns;

    /// `K` of each block, a row for each key, finite.
    final PanelMatrix[] keyRows;

    /// `dK`, `[kvLen, paddedHeadDim]`, not yet scaled.
    final float[] keyGradients;

    /// `dV`, `[kvLen, paddedValueDim]`.
    final float[] valueGradients;

    final int paddedHeadDim;
    final int paddedValueDim;
    private final boolean[] isStray;
    private boolean hasStrays;
    private final int headDim;
    private final int valueDim;
    private final float[] row;
    private final Rows convert;

    SlotKeys(AttentionSpec spec, int kvLen) {
        headDim = spec.headDim();
        valueDim = spec.valueDim();
        paddedHeadDim = roundUp(headDim, WIDTH);
        paddedValueDim = roundUp(valueDim, WIDTH);
        int capacity = roundUp(Math.max(1, kvLen), GradientTile.KEYS);
        keyColumns = new PanelMatrix(headDim, roundUp(capacity, PANEL));
        valueColumns = new PanelMatrix(valueDim, roundUp(capacity, PANEL));
        keyRows = new PanelMatrix[capacity / GradientTile.KEYS];
        Arrays.setAll(keyRows, n -> new PanelMatrix(GradientTile.KEYS, paddedHeadDim));
        keyGradients = new float[Math.multiplyExact(capacity, paddedHeadDim)];
        valueGradients = new float[Math.multiplyExact(capacity, paddedValueDim)];
        isStray = new boolean[capacity];
        row = new float[Math.max(paddedHeadDim, paddedValueDim)];
        convert = new Rows(row.length);
    }

    long bytes() {
        long floats = (long) keyGradients.length + valueGradients.length + row.length;
        long rows = keyRows.length * keyRows[0].bytes();
        return Float.BYTES * floats
                + isStray.length
                + rows
                + keyColumns.bytes()
                + valueColumns.bytes()
                + convert.bytes();
    }

    /// Brings the keys and values of `kvHead` of sequence `b`, and clears their gradients.
    void load(AttentionCall call, int b, int kvHead) {
        int kvLen = call.kvLen(b);
        hasStrays = false;
        for (int j = 0; j < kvLen; j++) {
            convert.read(call.value(), call.valueAt(b, kvHead, j), call.value().stride(3), valueDim, row, 0);
            valueColumns.putColumn(j, row, 0);
            convert.read(call.key(), call.keyAt(b, kvHead, j), call.key().stride(3), headDim, row, 0);
            keyColumns.putColumn(j, row, 0);
            Arrays.fill(row, headDim, row.length, 0);
            isStray[j] = finite(row, paddedHeadDim);
            hasStrays |= isStray[j];
            keyRows[j / GradientTile.KEYS].putRow(j % GradientTile.KEYS, row, 0);
        }
        clearRows(kvLen);
        int end = roundUp(kvLen, GradientTile.KEYS);
        Arrays.fill(keyGradients, 0, end * paddedHeadDim, 0);
        Arrays.fill(valueGradients, 0, end * paddedValueDim, 0);
    }

    /// Rows past the last key are multiplied by 0, so they must be numbers.
    private void clearRows(int kvLen) {
        Arrays.fill(row, 0);
        for (int j = kvLen; j < roundUp(kvLen, GradientTile.KEYS); j++) {
            keyRows[j / GradientTile.KEYS].putRow(j % GradientTile.KEYS, row, 0);
        }
    }

    /// What is not finite becomes 0: the key of a pair that is hidden weighs 0, which would make NaN of it.
    /// What pairs that are seen lack by that is added by [Strays].
    ///
    /// @return whether there was any
    static boolean finite(float[] row, int length) {
        if (RowMath.isFinite(row, 0, length)) {
            return false;
        }
        for (int d = 0; d < length; d++) {
            row[d] = Float.isFinite(row[d]) ? row[d] : 0;
        }
        return true;
    }

    /// Whether a key has elements that are not finite.
    boolean haveStrays() {
        return hasStrays;
    }

    /// Whether key `j` has.
    boolean isStray(int j) {
        return isStray[j];
    }

    /// Hands the gradients over.
    void store(GradientCall call, int b, int kvHead, float scale) {
        AttentionCall forward = call.forward();
        for (int j = 0; j < forward.kvLen(b); j++) {
            if (call.wantsKey()) {
                RowMath.scale(keyGradients, j * paddedHeadDim, scale, paddedHeadDim);
                write(keyGradients, j * paddedHeadDim, headDim, call.key(), forward.keyRowAt(call.key(), b, kvHead, j));
            }
            if (call.wantsValue()) {
                write(
                        valueGradients,
                        j * paddedValueDim,
                        valueDim,
                        call.value(),
                        forward.keyRowAt(call.value(), b, kvHead, j));
            }
        }
    }

    private void write(float[] rows, int from, int length, Tensor tensor, long at) {
        convert.write(rows, from, length, tensor, at);
    }
}
