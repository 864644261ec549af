package heed.kernels.fused;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.kernels.tile.Index;

/// What an operand of the kernels can hold.
public final class SizeLimits {
    private static final long MOST = Index.MOST_ELEMENTS - 1024L;

    private SizeLimits() {}

    /// Refuses sizes whose packed keys, values or rows pass it.
    ///
    /// @return `sizes`
    public static AttentionSizes check(AttentionSpec spec, AttentionSizes sizes) {
        require(
                (sizes.kvLen() + 512L) * (Math.max(spec.headDim(), spec.valueDim()) + 64L),
                "(kvLen + 512) · (max(headDim, valueDim) + 64)",
                "kvLen=" + sizes.kvLen() + ", headDim=" + spec.headDim() + ", valueDim=" + spec.valueDim());
        require(
                (sizes.queryLen() + 128L) * spec.groupSize(),
                "queryLen · groupSize",
                "queryLen=" + sizes.queryLen() + ", groupSize=" + spec.groupSize());
        long slots = (long) sizes.batch() * spec.kvHeads();
        long blocks =
                Math.max(sizes.kvLen() / (long) TileShape.KEYS, (long) sizes.queryLen() * spec.groupSize() / 6) + 1;
        require(
                slots * blocks,
                "batch · kvHeads · the blocks of a sequence",
                "batch=" + sizes.batch() + ", kvHeads=" + spec.kvHeads() + ", kvLen=" + sizes.kvLen() + ", queryLen="
                        + sizes.queryLen());
        return sizes;
    }

    private static void require(long elements, String rule, String values) {
        if (elements > MOST || elements < 0) {
            throw new IllegalArgumentException(rule + " must stay below 2^30: " + values + "; plan smaller sizes");
        }
    }
}
