package heed.kernels.tile;

import java.lang.foreign.MemorySegment;

/// Products of four query rows with keys and values read where they are stored, for decoding: nothing is packed.
///
/// The rows are those of a group, so that each key and value is read once for all four. All elements along the last
/// axis of keys and values are contiguous; `headDim`, for keys in rows, and `valueDim` are multiples of
/// [Lanes#WIDTH].
public interface StoredKernels {
    /// Query rows taken together.
    int ROWS = 4;

    /// Keys of a panel, and of a chunk of keys in rows: two vectors.
    int KEYS = 2 * Lanes.WIDTH;

    /// Scores of keys in rows: `scores[r][j] = q[r] · k[j]` for `j < count ≤ KEYS`; up to KEYS are written.
    ///
    /// Each product is summed in as many chains as a vector has lanes, which are then added as a tree.
    ///
    /// @param keyAt byte of the first key; `keyStride` bytes lead to the next
    /// @param sums scratch of `ROWS · KEYS` vectors
    void rowScores(
            float[] query,
            int queryAt,
            int headDim,
            MemorySegment keys,
            long keyAt,
            long keyStride,
            int count,
            float[] scores,
            int scoresAt,
            int scoresStride,
            float[] sums);

    /// Scores of a panel of KEYS keys, `[headDim][KEYS]` from byte `keyAt` on: each one chain of multiply-adds
    /// over the dims, the bits of a packed tile.
    void panelScores(
            float[] query,
            int queryAt,
            int headDim,
            MemorySegment keys,
            long keyAt,
            float[] scores,
            int scoresAt,
            int scoresStride);

    /// `sums[r] += Σ_j weights[r][j] · v[j]` for `j < count`: each element one chain over the keys, the bits of a
    /// packed tile.
    ///
    /// @param sums `[ROWS, valueDim]` from `sumsAt` on
    void values(
            float[] weights,
            int weightsAt,
            int weightsStride,
            MemorySegment values,
            long valueAt,
            long valueStride,
            int count,
            float[] sums,
            int sumsAt,
            int valueDim);
}
