package heed.cli.attend;

import heed.attention.AttentionArguments;
import heed.attention.Tensor;
import java.util.stream.LongStream;

/// Makes the bits of a tree, [AttentionArguments#treeBits], of a tensor `[queryLen, queryLen]` or one for each
/// sequence.
final class TreeWords {
    private final Tensor tree;
    private final LongStream.Builder words = LongStream.builder();

    TreeWords(Tensor tree) {
        this.tree = tree;
    }

    /// Adds sequence `b`, which has `len` queries.
    void add(int b, int len) {
        for (int i = 0; i < len; i++) {
            for (int from = 0; from < len; from += Long.SIZE) {
                words.add(word(b, i, from, Math.min(len, from + Long.SIZE)));
            }
        }
    }

    private long word(int b, int i, int from, int to) {
        long word = 0;
        for (int t = from; t < to; t++) {
            word |= (sees(b, i, t) ? 1L : 0) << t - from;
        }
        return word;
    }

    private boolean sees(int b, int i, int t) {
        double element = tree.rank() == 2 ? tree.get(i, t) : tree.get(tree.size(0) == 1 ? 0 : b, i, t);
        return element != 0;
    }

    long[] all() {
        return words.build().toArray();
    }
}
