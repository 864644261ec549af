package heed.attention;

import org.jspecify.annotations.Nullable;

/// The bits of [Mask.Tree], see [AttentionArguments#treeBits].
final class TreeBits {
    private final AttentionCall call;
    private final boolean wanted;
    private long @Nullable [] words;

    TreeBits(AttentionCall call, Mask mask) {
        this.call = call;
        wanted = mask.has(Mask.Tree.class);
    }

    /// Whether row `i` of sequence `b` sees key `j`.
    boolean sees(int b, int i, int j) {
        int draft = j - (call.kvLen(b) - call.queryLen(b));
        if (draft < 0) {
            return true;
        }
        int perRow = Math.ceilDiv(call.queryLen(b), Long.SIZE);
        long word = java.util.Objects.requireNonNull(words)[start(b) + i * perRow + draft / Long.SIZE];
        return (word >>> draft & 1) != 0;
    }

    /// First word of sequence `b`.
    private int start(int b) {
        int start = 0;
        for (int before = 0; before < b; before++) {
            int rows = call.queryLen(before);
            start = Math.addExact(start, Math.multiplyExact(rows, Math.ceilDiv(rows, Long.SIZE)));
        }
        return start;
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
        if (length < start(call.batch())) {
            throw Checks.refusal(
                    "treeBits must have ceil(queryLen / 64) words for each query row: words=%d, needed=%d",
                    length, start(call.batch()));
        }
    }

    void release() {
        words = null;
    }
}
