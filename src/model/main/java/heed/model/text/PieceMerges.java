package heed.model.text;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.PriorityQueue;

/// Merges neighbouring tokens of a text, always the pair of highest score and of equals the first, until none
/// merges.
///
/// The tokens are a linked list and the pairs a queue, in which pairs that a merge has undone stay until their
/// turn:
/// `n log n` steps for `n` tokens.
final class PieceMerges {
    private final Table table;
    private final int[] tokens;
    private final int[] next;
    private final int[] before;
    private final PriorityQueue<Pair> pairs = new PriorityQueue<>(
            Comparator.comparing(Pair::score, Comparator.reverseOrder()).thenComparing(Pair::left));

    /// What a vocabulary merges.
    interface Table {
        /// The token whose text is those of `left` and `right`.
        OptionalInt merged(int left, int right);

        /// The higher, the sooner.
        float score(int token);
    }

    /// Neighbours as they were when found, by their places.
    private record Pair(int left, int right, int leftToken, int rightToken, int merged, float score) {}

    private PieceMerges(Table table, int[] tokens) {
        this.table = table;
        this.tokens = tokens;
        next = new int[tokens.length];
        before = new int[tokens.length];
        Arrays.setAll(next, n -> n + 1);
        Arrays.setAll(before, n -> n - 1);
    }

    /// The tokens that are left of `tokens`.
    static int[] of(Table table, int[] tokens) {
        return new PieceMerges(table, tokens.clone()).run();
    }

    private int[] run() {
        for (int n = 0; n + 1 < tokens.length; n++) {
            find(n, n + 1);
        }
        for (Pair pair = pairs.poll(); pair != null; pair = pairs.poll()) {
            if (stands(pair)) {
                merge(pair);
            }
        }
        int[] left = new int[tokens.length];
        int count = 0;
        for (int n = 0; n < tokens.length; n = next[n]) {
            left[count++] = tokens[n];
        }
        return Arrays.copyOf(left, count);
    }

    private void find(int left, int right) {
        table.merged(tokens[left], tokens[right])
                .ifPresent(merged ->
                        pairs.add(new Pair(left, right, tokens[left], tokens[right], merged, table.score(merged))));
    }

    private boolean stands(Pair pair) {
        return tokens[pair.left] == pair.leftToken
                && next[pair.left] == pair.right
                && tokens[pair.right] == pair.rightToken;
    }

    private void merge(Pair pair) {
        tokens[pair.left] = pair.merged;
        tokens[pair.right] = -1; // no pair names it any more
        next[pair.left] = next[pair.right];
        if (next[pair.left] < tokens.length) {
            before[next[pair.left]] = pair.left;
            find(pair.left, next[pair.left]);
        }
        if (before[pair.left] >= 0) {
            find(before[pair.left], pair.left);
        }
    }
}
