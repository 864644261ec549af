package heed.model.transformer;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;

/// One block of a BERT encoder:
///
/// ```
/// x ← norm(x + attention(x·Wq + bq, x·Wk + bk, x·Wv + bv) · Wo + bo)
/// x ← norm(x + gelu(x·W1 + b1) · W2 + b2)
/// ```
///
/// @param projection `Wo`, `bo`
/// @param up `W1`, `b1`
/// @param down `W2`, `b2`
record BertLayer(
        Linear query,
        Linear key,
        Linear value,
        Linear projection,
        LayerNorm attentionNorm,
        Linear up,
        Linear down,
        LayerNorm outputNorm) {

    static BertLayer load(BertWeights weights, int layer) {
        int width = weights.shape().width();
        int inner = weights.shape().innerWidth();
        String path = BertWeights.block(layer);
        return new BertLayer(
                weights.linear(path + "attention.self.query", width, width),
                weights.linear(path + "attention.self.key", width, width),
                weights.linear(path + "attention.self.value", width, width),
                weights.linear(path + "attention.output.dense", width, width),
                weights.norm(path + "attention.output.LayerNorm"),
                weights.linear(path + "intermediate.dense", width, inner),
                weights.linear(path + "output.dense", inner, width),
                weights.norm(path + "output.LayerNorm"));
    }

    /// Replaces the first `rows` states of `x`.
    ///
    /// @param attention tells the heads' number
    /// @param arguments hold the lengths of the sequences; their tensors are set here
    void run(Buffers x, int rows, AttentionPlan attention, AttentionArguments arguments, Gelu gelu) {
        query.apply(x.hidden(), x.query(), rows);
        key.apply(x.hidden(), x.key(), rows);
        value.apply(x.hidden(), x.value(), rows);
        int heads = attention.spec().queryHeads();
        attention.run(arguments
                .query(x.query().heads(rows, heads))
                .key(x.key().heads(rows, heads))
                .value(x.value().heads(rows, heads))
                .output(x.attended().heads(rows, heads)));
        projection.addTo(x.attended(), x.hidden(), rows, x.row());
        attentionNorm.apply(x.hidden(), rows, x.row());
        up.apply(x.hidden(), x.inner(), rows);
        gelu.apply(x.inner(), rows, x.row());
        down.addTo(x.inner(), x.hidden(), rows, x.row());
        outputNorm.apply(x.hidden(), rows, x.row());
    }
}
