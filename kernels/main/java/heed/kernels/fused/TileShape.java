package heed.kernels.fused;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.Lanes.roundUp;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;

/// The block sizes of a plan: they follow from the spec and the plan's upper sizes, never from the thread count.
///
/// A tile of 96 query rows by 512 keys keeps its scores (192 KiB), a block of keys and one of values (each
/// 512 · headDim · 4 bytes) within a 1 MiB second-level cache up to headDim 160. Key blocks begin at multiples of
/// [#KEYS] within the sequence, so that a row's sums are split alike in whatever tile, chunk or batch it stands.
///
/// @param headDim elements of a key
/// @param valueDim elements of a value, as the caller sees it
/// @param paddedValueDim elements of a value row in scratch, whole vectors
/// @param rows query rows of a tile, a multiple of [heed.kernels.tile.Lanes#ROWS]
/// @param blockKeys keys of a block, whole panels, at most [#KEYS]
/// @param blocks blocks of the longest sequence
public record TileShape(int headDim, int valueDim, int paddedValueDim, int rows, int blockKeys, int blocks) {
    /// Keys of a full block.
    public static final int KEYS = 512;

    /// Query rows that share one range of columns.
    public static final int GROUP_ROWS = ROWS;

    private static final int QUERY_ROWS = 96;

    /// The shape for runs of `spec` up to `sizes`.
    public static TileShape of(AttentionSpec spec, AttentionSizes sizes) {
        long rows = Math.max(1, (long) sizes.queryLen() * spec.groupSize());
        return new TileShape(
                spec.headDim(),
                spec.valueDim(),
                roundUp(spec.valueDim(), WIDTH),
                roundUp((int) Math.min(QUERY_ROWS, rows), ROWS),
                roundUp(Math.clamp(sizes.kvLen(), 1, KEYS), PANEL),
                Math.ceilDiv(sizes.kvLen(), KEYS));
    }

    /// Keys that all blocks can hold.
    public int capacity() {
        return blocks * blockKeys;
    }
}
