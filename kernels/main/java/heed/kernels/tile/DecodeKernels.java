package heed.kernels.tile;

/// Products of a few query rows with keys and values that lie row by row, or in the caller's panels: for decoding,
/// which packs nothing. [DecodeGroup] takes four rows at once, so that each key and value is read once for all of
/// them, [DecodeRow] one, with the same bits.
///
/// Scores and weights are rows of [Lanes#BLOCK_KEYS]. `headDim`, for keys in rows, and `valueDim` are multiples of
/// [Lanes#WIDTH].
public interface DecodeKernels {
    /// Keys of a panel: two vectors.
    int KEYS = 2 * Lanes.WIDTH;

    /// Query rows taken together.
    int rows();

    /// Panels that a step takes together.
    int panels();

    /// Scores of keys in rows: `scores[r][j] = q[r] · k[j]` for `j < count ≤ KEYS`.
    ///
    /// Each product is summed in as many chains as a vector has lanes, which are then added as a tree.
    ///
    /// @param query `[rows, headDim]` from `queryAt` on
    /// @param keys `[count, headDim]` from `keysAt` on
    /// @param sums scratch of `rows · KEYS` vectors
    void rowScores(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int keysAt,
            int count,
            float[] scores,
            int scoresAt,
            float[] sums);

    /// Scores of panels of KEYS keys, each one chain of multiply-adds over the dims, the bits of a packed tile: the
    /// part of it over `dims` dims from `from` on, which goes on from what `scores` holds unless it is the first.
    ///
    /// @param query `[rows, headDim]` from `queryAt` on
    /// @param keys `[panels][dims][KEYS]`
    void panelScores(
            float[] query,
            int queryAt,
            int headDim,
            int from,
            int dims,
            StoredChunk keys,
            int panels,
            float[] scores,
            int scoresAt);

    /// `sums[r] += Σ_j weights[r][j] · v[j]` for `j < count`: each element one chain over the keys, the bits of a
    /// packed tile.
    ///
    /// @param values `[count, valueDim]`
    /// @param sums `[rows, valueDim]` from `sumsAt` on
    void values(float[] weights, int weightsAt, StoredChunk values, int count, float[] sums, int sumsAt, int valueDim);
}
