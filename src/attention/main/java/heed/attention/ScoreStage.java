package heed.attention;

/// Which scores a run writes, in the order of their computation: ONNX Attention's `qk_matmul_output_mode`.
///
/// They are computed apart from the output, in double and by the definition, in time and memory quadratic in
/// length: for looking at small cases.
public enum ScoreStage {
    /// `scale · q · k`, hidden keys included.
    SCALED,
    /// After the softcap, hidden keys included.
    SOFTCAPPED,
    /// After score expression, masks and biases: what the softmax is given; −∞ where a key is hidden.
    BIASED,
    /// After the softmax, the factor on probabilities not included; 0 in a row that sees no key.
    PROBABILITIES
}
