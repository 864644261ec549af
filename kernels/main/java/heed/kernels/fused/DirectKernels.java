package heed.kernels.fused;

import heed.kernels.tile.DecodeGroup;
import heed.kernels.tile.DecodeKernels;
import heed.kernels.tile.StoredType;

/// What a backend computes the few rows of decoding with.
///
/// @param type what they read
/// @param group for [DecodeGroup#ROWS] query rows at once
/// @param single for one
public record DirectKernels(StoredType type, DecodeKernels group, DecodeKernels single) {
    /// Those for the next of `left` rows; both give the same bits.
    DecodeKernels next(int left) {
        return left == 1 ? single : group;
    }
}
