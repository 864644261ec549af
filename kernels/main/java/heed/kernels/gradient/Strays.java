package heed.kernels.gradient;

/// What the products of a tile lack: they take elements that are not finite as 0, lest a pair that is hidden,
/// whose factor is 0, make NaN of them. Here such elements are added to the gradients of the pairs that are
/// seen, one by one, as the definition has it: even under a softcap that lets no slope through, 0 · ∞ is NaN.
///
/// Rare, so that its loops are plain; nothing is done where all is finite.
final class Strays {
    private final int headDim;
    private final int valueDim;
    private final boolean[] queries = new boolean[GradientTile.ROWS];
    private final boolean[] cotangents = new boolean[GradientTile.ROWS];
    private final float[] key;
    private boolean areThere;

    Strays(int headDim, int valueDim) {
        this.headDim = headDim;
        this.valueDim = valueDim;
        key = new float[headDim];
    }

    /// Begins a tile.
    void clear() {
        areThere = false;
    }

    /// Whether a row of the tile has some.
    boolean areThere() {
        return areThere;
    }

    /// Takes note of whether the query of row `r` has some.
    void ofQuery(int r, boolean some) {
        queries[r] = some;
        areThere |= some;
    }

    /// Takes note of whether the cotangent of row `r` has some.
    void ofCotangent(int r, boolean some) {
        cotangents[r] = some;
        areThere |= some;
    }

    /// Adds those of the pairs of the tile with the block of keys from `first` on, before it is transposed.
    void add(TileRows rows, int first, SlotKeys keys, GradientTile tile) {
        for (int r = 0; r < rows.count; r++) {
            int end = Math.min(GradientTile.KEYS, rows.to[r] - first);
            for (int n = Math.max(0, rows.from[r] - first); n < end; n++) {
                int at = r * GradientTile.KEYS + n;
                if (tile.weights[at] != 0 || tile.slopes[at] != 0) {
                    pair(r, first + n, keys, tile, tile.weights[at], tile.slopes[at]);
                }
            }
        }
    }

    private void pair(int r, int j, SlotKeys keys, GradientTile tile, float weight, float slope) {
        if (cotangents[r]) {
            add(weight, tile.cotangent, r * valueDim, valueDim, keys.valueGradients, j * keys.paddedValueDim);
        }
        if (queries[r]) {
            add(slope, tile.query, r * headDim, headDim, keys.keyGradients, j * keys.paddedHeadDim);
        }
        if (keys.isStray(j)) {
            keys.keyColumns.getColumn(j, key, 0);
            add(slope, key, 0, headDim, tile.queryGradients, r * keys.paddedHeadDim);
        }
    }

    private static void add(float factor, float[] elements, int from, int length, float[] sum, int to) {
        for (int d = 0; d < length; d++) {
            if (!Float.isFinite(elements[from + d])) {
                sum[to + d] += factor * elements[from + d];
            }
        }
    }
}
