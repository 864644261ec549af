package heed.attention;

import org.jspecify.annotations.Nullable;

/// The bits of [Mask.Tree], see [AttentionArguments#treeBits].
final class TreeBits {
    private final AttentionCall call;
    private final boolean wanted;
    private long @Nullable [] words;

    /// First word of each sequence, and the words of all.
    private final int[] starts;

    TreeBits(AttentionCall call, Mask mask, int batch) {
        this.call = call;
        wanted = mask.has(Mask.Tree.class);
        starts = new int[wanted ? batch + 1 : 0];
    }

    /// Whether row `i` of sequence `b` sees key `j`.
    boolean sees(int b, int i, int j) {
        int draft = j - (call.kvLen(b) - call.queryLen(b));
        if (draft < 0) {
            return true;
        }
        int perRow = Math.ceilDiv(call.queryLen(b), Long.SIZE);
        long word = java.util.Objects.requireNonNull(words)[starts[b] + i * perRow + draft / Long.SIZE];
        return (word >>> draft & 1) != 0;
    }

    void bind(long @Nullable [] bits) {
        if (wanted != (bits != null)) {
            throw Checks.refusal(
                    "treeBits go with a mask that has Mask.tree(): treeBits %s", bits == null ? "missing" : "given");
        }
        if (bits != null) {
            check(bits.length);
        }
        words = bits;
    }

    private void check(int length) {
        for (int b = 0; b < call.batch(); b++) {
            if (call.queryLen(b) > call.kvLen(b)) {
                throw Checks.refusal(
                        "the queries of a tree are its last keys, so kvLen must not be below queryLen: sequence=%d, queryLen=%d, kvLen=%d",
                        b, call.queryLen(b), call.kvLen(b));
            }
        }
        for (int b = 0; b < call.batch(); b++) {
            int rows = call.queryLen(b);
            starts[b + 1] = Math.addExact(starts[b], Math.multiplyExact(rows, Math.ceilDiv(rows, Long.SIZE)));
        }
        if (length < starts[call.batch()]) {
            throw Checks.refusal(
                    "treeBits must have ceil(queryLen / 64) words for each query row: words=%d, needed=%d",
                    length, starts[call.batch()]);
        }
    }

    void release() {
        words = null;
    }
}
