package heed.kernels.tile;

/// The scores of a tile against one block of packed keys.
public interface ScorePanels {
    /// Computes `scores = query · keyᵀ` for `groups` groups of [Lanes#ROWS] rows, group `g` over columns
    /// `from[g] … to[g]`, whole panels.
    ///
    /// @param query `[rows, headDim]`
    /// @param keys panels of `[headDim][PANEL]`, those of the block from `keysAt` on
    /// @param scores `[rows, blockKeys]` from `scoresAt` on
    void scores(
            float[] query,
            int headDim,
            float[] keys,
            int keysAt,
            float[] scores,
            int scoresAt,
            int blockKeys,
            int[] from,
            int[] to,
            int groups);
}
