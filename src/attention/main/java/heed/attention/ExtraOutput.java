package heed.attention;

/// What a run writes besides the output. With `p` the probabilities of a row, those of its keys; a sink takes
/// its share and is no key. A row that sees no key has entropy, sums and masses 0 and a largest score of −∞.
public enum ExtraOutput {
    /// Natural logarithm of the softmax denominator, sink included: `[batch, queryHeads, queryLen]`, −∞ for a
    /// row that sees no key. [AttentionArguments#logSumExp].
    LOG_SUM_EXP,
    /// Entropy of a row, in nats: `−Σ p ln p`, the sink's share counted as one more: `[batch, queryHeads,
    /// queryLen]`. [Diagnostics#entropy].
    ENTROPY,
    /// The largest score that the softmax sees, the sink apart: `[batch, queryHeads, queryLen]`.
    /// [Diagnostics#maxScore].
    MAX_SCORE,
    /// `Σ p²` over keys: `[batch, queryHeads, queryLen]`; one over it is the effective number of keys, the
    /// participation ratio. [Diagnostics#sumOfSquares].
    SUM_OF_SQUARES,
    /// `Σ p` over the first [AttentionSpec#firstKeys] keys, and the sink's share: `[batch, queryHeads,
    /// queryLen]`. [Diagnostics#sinkMass].
    SINK_MASS,
    /// `Σ p` over the keys with `|position − key| < ` [AttentionSpec#windowKeys]: `[batch, queryHeads,
    /// queryLen]`. [Diagnostics#windowMass].
    WINDOW_MASS,
    /// `Σᵢ p[i, j]` of each key over the query rows: `[batch, queryHeads, kvLen]`. [Diagnostics#columnMass].
    COLUMN_MASS
}
