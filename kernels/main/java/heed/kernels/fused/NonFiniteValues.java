package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RowMath;

/// Keeps NaN and ±∞ among the values away from rows that may not see them, where `0 · NaN` would leak.
///
/// Packing replaces them by 0 and marks their block; the products then see finite values only. For a marked block
/// what was replaced is added to the rows that saw its key: those whose score is not −∞.
final class NonFiniteValues {
    private final TileShape shape;
    private final boolean[] marked;

    NonFiniteValues(TileShape shape, int slots) {
        this.shape = shape;
        marked = new boolean[Math.multiplyExact(slots, shape.blocks())];
    }

    long bytes() {
        return marked.length;
    }

    /// Replaces non-finite elements by 0.
    ///
    /// @param length elements, whole vectors
    /// @return whether all were finite
    static boolean replace(float[] rows, int length) {
        if (RowMath.isFinite(rows, 0, length)) {
            return true;
        }
        for (int d = 0; d < length; d++) {
            rows[d] = Float.isFinite(rows[d]) ? rows[d] : 0;
        }
        return false;
    }

    void mark(int slot, int block, boolean hasNonFinite) {
        marked[slot * shape.blocks() + block] = hasNonFinite;
    }

    boolean in(int slot, int block) {
        return marked[slot * shape.blocks() + block];
    }

    /// Adds weight · value for every replaced value of `block` to the rows that saw its key.
    void accumulate(AttentionCall call, int block, TileScratch scratch) {
        int origin = block * TileShape.KEYS;
        int to = Math.min(shape.blockKeys(), call.kvLen(scratch.b) - origin);
        for (int n = 0; n < to; n++) {
            StoredBlock.readValue(call, scratch.b, scratch.kvHead, origin + n, scratch);
            for (int d = 0; d < shape.valueDim(); d++) {
                if (!Float.isFinite(scratch.row[d])) {
                    addTo(scratch, origin, n, d, scratch.row[d]);
                }
            }
        }
    }

    private void addTo(TileScratch scratch, int origin, int key, int d, float value) {
        for (int r = 0; r < scratch.rows; r++) {
            if (sees(scratch, r, origin, key)) {
                // any weight above 0 gives the same; one that underflowed would give NaN for ∞
                scratch.output[r * shape.paddedValueDim() + d] += value;
            }
        }
    }

    /// Notes which of `count` scores are not −∞: those that no mask tensor hides.
    static void noteSeen(TileScratch scratch, int at, int scoresAt, int count) {
        for (int n = 0; n < count; n++) {
            scratch.seen[at + n] = scratch.weights[scoresAt + n] != Float.NEGATIVE_INFINITY;
        }
    }

    /// Whether row `r` sees key `key` of the block that begins at `origin`. Columns that its group leaves out are
    /// hidden, and nothing was noted of them.
    static boolean sees(TileScratch scratch, int r, int origin, int key) {
        int j = origin + key;
        int group = r / Lanes.ROWS;
        return scratch.groupFrom[group] <= key
                && key < scratch.groupTo[group]
                && scratch.rowFrom[r] <= j
                && j < scratch.rowTo[r]
                && (scratch.seen.length == 0 || scratch.seen[r * TileShape.KEYS + key]);
    }
}
