package heed.attention;

/// What a run writes besides the output.
public enum ExtraOutput {
    /// Natural logarithm of the softmax denominator, sink included: `[batch, queryHeads, queryLen]`, −∞ for a row that
    /// sees no key.
    LOG_SUM_EXP
}
