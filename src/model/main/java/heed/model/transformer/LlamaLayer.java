package heed.model.transformer;

import heed.attention.KvCache;

/// One block of a Llama decoder:
///
/// ```
/// y ← norm(x);   x ← x + attention(rotate(y·Wq), cache of rotate(y·Wk) and y·Wv) · Wo
/// y ← norm(x);   x ← x + (silu(y·W1) · (y·W3)) · W2
/// ```
///
/// @param projection `Wo`
/// @param gate `W1`
/// @param up `W3`
/// @param down `W2`
record LlamaLayer(
        RmsNorm attentionNorm,
        Linear query,
        Linear key,
        Linear value,
        Linear projection,
        RmsNorm innerNorm,
        Linear gate,
        Linear up,
        Linear down) {

    /// Replaces the states of the step's rows, and appends their keys and values to `cache`, which rotates the
    /// keys.
    void run(LlamaBuffers x, LlamaStep step, KvCache cache) {
        int rows = step.rows();
        attentionNorm.apply(x.hidden(), x.normed(), rows, x.row());
        query.apply(x.normed(), x.query(), rows);
        key.apply(x.normed(), x.key(), rows);
        value.apply(x.normed(), x.value(), rows);
        step.append(x.key(), x.value(), cache);
        step.attend(x.query(), x.attended(), cache);
        projection.addTo(x.attended(), x.hidden(), rows, x.row());
        innerNorm.apply(x.hidden(), x.normed(), rows, x.row());
        gate.apply(x.normed(), x.gate(), rows);
        up.apply(x.normed(), x.up(), rows);
        SwiGlu.apply(x.gate(), x.up(), rows, x.row(), x.other());
        down.addTo(x.gate(), x.hidden(), rows, x.row());
    }
}
