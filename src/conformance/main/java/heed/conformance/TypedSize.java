package heed.conformance;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import java.util.List;

/// One combination of sizes that meet no tile, for a way of storing.
///
/// Each dimension cycles with a period of its own, and each way of storing starts elsewhere, so that few
/// combinations hold many pairs of values, and all of them together every pair that [#BUDGET] allows.
record TypedSize(int group, int headDim, int valueDim, int queryLen, int kvLen, Mask mask, boolean sink) {
    /// Combinations of each way of storing.
    static final int COUNT = 21;

    private static final int[] DIMS = {1, 3, 8, 17, 64, 80, 128};
    private static final int[] GROUPED_DIMS = {32, 64, 96, 128};
    private static final int[] KV_LENS = {0, 1, 2, 37, 127, 501, 1100};
    private static final int[] GROUPS = {1, 2, 4, 7};
    private static final int[] QUERY_LENS = {33, 16, 5, 2, 1};
    private static final List<Mask> MASKS =
            List.of(Mask.none(), Mask.causal(), Mask.slidingWindow(20, 3), Mask.none(), Mask.causal());

    /// Multiplications that the reference and the yardstick do in some tens of milliseconds.
    private static final long BUDGET = 1_500_000;

    private static final int ROWS = 50;

    /// Combination `n` of the way of storing numbered `kind`.
    static TypedSize of(ElementType kv, int kind, int n) {
        int[] dims = kv == ElementType.INT4 ? GROUPED_DIMS : DIMS;
        int group = GROUPS[(n + n / GROUPS.length + kind) % GROUPS.length];
        int headDim = dims[n % dims.length];
        int valueDim = dims[(n + 3 * (n / dims.length) + kind) % dims.length];
        int kvLen = KV_LENS[(n + n / KV_LENS.length + 2 * kind) % KV_LENS.length];
        int at = (n + n / 5 + kind) % QUERY_LENS.length;
        while (4L * group * kvLen * (headDim + valueDim) * QUERY_LENS[at] > BUDGET && at < QUERY_LENS.length - 1) {
            at++;
        }
        return new TypedSize(
                group, headDim, valueDim, QUERY_LENS[at], kvLen, MASKS.get((n + kind) % MASKS.size()), n % 6 == 5);
    }

    /// Sequences enough for some fifty rows: over a few, one lucky plain product makes a yardstick that no other
    /// meets.
    int batch() {
        return Math.ceilDiv(ROWS, queryLen * 2 * group);
    }

    AttentionSpec.Builder builder() {
        AttentionSpec.Builder builder = AttentionSpec.builder(2 * group, headDim)
                .kvHeads(2)
                .valueDim(valueDim)
                .mask(mask);
        return sink ? builder.sink() : builder;
    }
}
