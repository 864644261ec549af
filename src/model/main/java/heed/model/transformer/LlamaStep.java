package heed.model.transformer;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.KvCache;
import heed.attention.RotaryEmbedding;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;

/// The next rows of some sequences, which go through all layers together: rows of a sequence lie one after
/// another (ragged), so that a matrix product has the rows of all and attention keeps each among its own.
///
/// @param sequences their numbers in the caches
/// @param starts first row of each, and one past the last
/// @param positions of every row in its sequence
/// @param attention of a spec in pages
/// @param rotary turns queries as the caches turn keys
record LlamaStep(int[] sequences, int[] starts, int[] positions, AttentionPlan attention, RotaryEmbedding rotary) {
    /// Rows of all sequences.
    int rows() {
        return positions.length;
    }

    /// Appends the rows' keys and values.
    void append(Matrix key, Matrix value, KvCache cache) {
        int heads = attention.spec().kvHeads();
        for (int b = 0; b < sequences.length; b++) {
            cache.append(
                    sequences[b],
                    key.heads(starts[b], starts[b + 1], heads),
                    value.heads(starts[b], starts[b + 1], heads));
        }
    }

    /// Turns the queries in place and attends to what the cache now holds, each row to the keys up to its own.
    void attend(Matrix query, Matrix attended, KvCache cache) {
        int heads = attention.spec().queryHeads();
        Tensor turned = query.heads(rows(), heads);
        rotary.rotateAt(turned, positions, turned);
        try (KvCache.Snapshot now = cache.snapshot(sequences)) {
            SequenceLengths lengths =
                    new SequenceLengths(sequences.length).queryStarts(starts).kvLens(now.lens());
            attention.run(now.giveTo(new AttentionArguments())
                    .query(turned)
                    .output(attended.heads(rows(), heads))
                    .lengths(lengths));
        }
    }
}
