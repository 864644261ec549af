package heed.kernels.tile;

/// The products of [StoredKernels] for a single query row, as decoding without groups has them: a quarter of the
/// arithmetic, the same bits.
public interface StoredRowKernels {
    /// Scores of `count ≤ KEYS` keys in rows, `[count, headDim]` from element `keysAt` on; KEYS are written.
    ///
    /// @param sums scratch of `KEYS` vectors
    void rowScores(
            float[] query,
            int headDim,
            StoredChunk keys,
            int keysAt,
            int count,
            float[] scores,
            int scoresAt,
            float[] sums);

    /// Scores of a panel of KEYS keys, `[headDim][KEYS]`.
    void panelScores(float[] query, int headDim, StoredChunk keys, float[] scores, int scoresAt);

    /// `sums += Σ_j weights[j] · v[j]` for `j < count`.
    ///
    /// @param values `[count, valueDim]`
    void values(float[] weights, int weightsAt, StoredChunk values, int count, float[] sums, int valueDim);
}
