package heed.attention;

/// Where query row 0 stands among the keys: row `i` has position `p = i + offset`.
///
/// ```
/// causal, queryLen = 2, kvLen = 5      TOP_LEFT     BOTTOM_RIGHT
///                                      1 0 0 0 0    1 1 1 1 0
///                                      1 1 0 0 0    1 1 1 1 1
/// ```
public enum QueryAlignment {
    /// Offset 0: PyTorch's `is_causal`.
    TOP_LEFT,
    /// Offset `kvLen − queryLen`, of each sequence's own lengths: the queries are the last positions, as in decoding.
    BOTTOM_RIGHT,
    /// An offset for each sequence, given with each run by [SequenceLengths#offsets]; it may be negative.
    OFFSET
}
