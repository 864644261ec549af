package heed.kernels.tile;

/// Products of four query rows with keys and values of a stored type, for decoding: nothing is packed or converted
/// but in registers.
///
/// The rows are those of a group, so that each key and value is read once for all four. `headDim`, for keys in
/// rows, is a multiple of [Lanes#WIDTH], `valueDim` of two.
public interface StoredKernels {
    /// Query rows taken together.
    int ROWS = 4;

    /// Keys of a panel: two vectors.
    int KEYS = 2 * Lanes.WIDTH;

    /// Scores of keys in rows: `scores[r][j] = q[r] · k[j]` for `j < count ≤ KEYS`; KEYS are written.
    ///
    /// Each product is summed in as many chains as a vector has lanes, which are then added as a tree.
    ///
    /// @param keys `[count, headDim]` from element `keysAt` on
    /// @param sums scratch of `ROWS · KEYS` vectors
    void rowScores(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int keysAt,
            int count,
            float[] scores,
            int scoresAt,
            int scoresStride,
            float[] sums);

    /// Scores of a panel of KEYS keys, `[headDim][KEYS]` from element `keysAt` on: each one chain of multiply-adds
    /// over the dims, the bits of a packed tile.
    void panelScores(
            float[] query,
            int queryAt,
            int headDim,
            StoredChunk keys,
            int keysAt,
            float[] scores,
            int scoresAt,
            int scoresStride);

    /// `sums[r] += Σ_j weights[r][j] · v[j]` for `j < count`: each element one chain over the keys, the bits of a
    /// packed tile.
    ///
    /// @param values `[count, valueDim]`
    /// @param sums `[ROWS, valueDim]` from `sumsAt` on
    void values(
            float[] weights,
            int weightsAt,
            int weightsStride,
            StoredChunk values,
            int count,
            float[] sums,
            int sumsAt,
            int valueDim);
}
