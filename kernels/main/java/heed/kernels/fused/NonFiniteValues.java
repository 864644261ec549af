package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.kernels.tile.RowMath;

/// Keeps NaN and ±∞ among the values away from rows that may not see them, where `0 · NaN` would leak.
///
/// Packing replaces them by 0 and marks their block; the products then see finite values only. For a marked block the
/// keys each row saw are noted before the softmax, and what was replaced is added for those alone.
final class NonFiniteValues {
    private final TileShape shape;
    private final boolean[] marked;

    NonFiniteValues(TileShape shape, int slots) {
        this.shape = shape;
        marked = new boolean[Math.multiplyExact(slots, shape.blocks())];
    }

    /// Replaces non-finite elements by 0.
    ///
    /// @param length elements of the row, whole vectors
    /// @return whether all were finite
    static boolean replace(float[] row, int length) {
        if (RowMath.isFinite(row, length)) {
            return true;
        }
        for (int d = 0; d < length; d++) {
            row[d] = Float.isFinite(row[d]) ? row[d] : 0;
        }
        return false;
    }

    void mark(int slot, int block, boolean hasNonFinite) {
        marked[slot * shape.blocks() + block] = hasNonFinite;
    }

    boolean in(int slot, int block) {
        return marked[slot * shape.blocks() + block];
    }

    /// Notes which scores of a row are not −∞.
    static void noteSeen(TileScratch scratch, int at, int from, int to) {
        for (int n = at + from; n < at + to; n++) {
            scratch.seen[n] = scratch.scores[n] != Float.NEGATIVE_INFINITY;
        }
    }

    /// Adds weight · value for every replaced value of `block` to the rows that saw its key.
    void accumulate(AttentionCall call, int b, int kvHead, int block, TileScratch scratch) {
        int origin = block * TileShape.KEYS;
        int to = Math.min(shape.blockKeys(), call.kvLen(b) - origin);
        for (int n = 0; n < to; n++) {
            Rows.read(call.value(), call.valueAt(b, kvHead, origin + n), shape.valueDim(), scratch.row, 1);
            for (int d = 0; d < shape.valueDim(); d++) {
                if (!Float.isFinite(scratch.row[d])) {
                    addTo(scratch, n, d, scratch.row[d]);
                }
            }
        }
    }

    private void addTo(TileScratch scratch, int key, int d, float value) {
        for (int r = 0; r < scratch.rows; r++) {
            int group = r / heed.kernels.tile.Lanes.ROWS;
            int at = r * shape.blockKeys() + key;
            if (key >= scratch.groupFrom[group] && key < scratch.groupTo[group] && scratch.seen[at]) {
                // any weight above 0 gives the same; one that underflowed would give NaN for ∞
                scratch.output[r * shape.paddedValueDim() + d] += value;
            }
        }
    }
}
