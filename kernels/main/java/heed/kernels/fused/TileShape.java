package heed.kernels.fused;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.Lanes.roundUp;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.kernels.machine.CacheSizes;
import heed.kernels.tile.DecodeGroup;
import heed.kernels.tile.Lanes;

/// The block sizes of a plan.
///
/// ```
/// sequence  | split 0: SPLIT_KEYS keys          | split 1 …      each with a softmax of its own, merged in order
///           | block 0 | block 1 | … of KEYS     | …              whose scores a tile holds at once
/// ```
///
/// Splits and blocks begin at absolute multiples, so that a row's sums are split alike in whatever tile, chunk or
/// batch it stands; a tile's rows may be any number without changing a bit.
///
/// @param headDim elements of a key
/// @param valueDim elements of a value, as the caller sees it
/// @param paddedValueDim elements of a value row in scratch, whole vectors
/// @param rows query rows of a tile, a multiple of [heed.kernels.tile.Lanes#ROWS]
/// @param blockKeys keys of a block, whole panels, at most [#KEYS]
/// @param blocks blocks of the longest sequence
public record TileShape(int headDim, int valueDim, int paddedValueDim, int rows, int blockKeys, int blocks) {
    /// Keys of a full block.
    public static final int KEYS = Lanes.BLOCK_KEYS;

    /// Keys of a split: enough that merging costs nothing, few enough that a long sequence feeds many threads.
    public static final int SPLIT_KEYS = 2048;

    /// Sequences of at most so many rows, query heads of a group counted, read keys and values where they lie.
    /// Packing costs about as much as 8 rows' products; up to 32, what is packed is not worth the second pass over
    /// memory.
    static final int DIRECT_ROWS = 32;

    /// Fewer waste the packed panels' way through the cache.
    private static final int FEWEST_ROWS = 48;

    private static final int MOST_ROWS = mostRows(CacheSizes.ofThisMachine());
    private static final int BLOCKS_OF_A_SPLIT = SPLIT_KEYS / KEYS;

    /// The shape for runs of `spec` up to `sizes` by `threads` threads: tiles of about one size, some for each
    /// thread.
    public static TileShape of(AttentionSpec spec, AttentionSizes sizes, int threads) {
        return of(spec, sizes, threads, MOST_ROWS);
    }

    /// The same for a machine whose tiles have at most `mostRows` rows.
    static TileShape of(AttentionSpec spec, AttentionSizes sizes, int threads, int mostRows) {
        long rows = Math.max(1, (long) sizes.queryLen() * spec.groupSize());
        long slots = Math.max(1, (long) sizes.batch() * spec.kvHeads());
        long wanted = Math.max(Math.ceilDiv(rows, mostRows), Math.min(2L * threads / slots, rows / FEWEST_ROWS));
        return ofRows(spec, sizes, (int) Math.ceilDiv(rows, Math.max(1, wanted)));
    }

    /// The shape with tiles of 96 rows, whatever the plan: for products whose bits depend on the rows of a tile.
    public static TileShape ofFixedTiles(AttentionSpec spec, AttentionSizes sizes) {
        return ofRows(spec, sizes, Math.clamp((long) sizes.queryLen() * spec.groupSize(), 1, 96));
    }

    private static TileShape ofRows(AttentionSpec spec, AttentionSizes sizes, int rows) {
        return new TileShape(
                spec.headDim(),
                spec.valueDim(),
                roundUp(spec.valueDim(), WIDTH),
                roundUp(rows, ROWS),
                roundUp(Math.clamp(sizes.kvLen(), 1, KEYS), PANEL),
                Math.ceilDiv(sizes.kvLen(), KEYS));
    }

    /// Rows of a tile at most: their scores take 3/8 of the second-level cache, beside a block of keys or one of
    /// values, which fewer rows would read more often from the cache beyond. 192 for 512 KiB and narrow tiles, and
    /// for 1 MiB and wide ones; there, 96 to 288 rows measured alike. At least twice the
    /// fewest, so that none of two even tiles has fewer than those, nor than are read directly.
    static int mostRows(CacheSizes caches) {
        long rows = caches.l2() * 3 / 8 / (KEYS * (long) Float.BYTES);
        return Math.clamp(rows, 2 * FEWEST_ROWS, 8 * FEWEST_ROWS);
    }

    /// Keys that all blocks can hold.
    public int capacity() {
        return blocks * blockKeys;
    }

    /// Rows that scratch has room for: whole groups of either kernel.
    int scratchRows() {
        return roundUp(rows, ROWS * DecodeGroup.ROWS / 2);
    }

    /// Splits of the longest sequence.
    int splits() {
        return Math.ceilDiv(blocks, BLOCKS_OF_A_SPLIT);
    }

    /// First block of `split`.
    static int firstBlock(int split) {
        return split * BLOCKS_OF_A_SPLIT;
    }
}
