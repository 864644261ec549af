package heed.attention;

/// Upper sizes of a plan's runs; the actual lengths come with each run.
///
/// @param batch sequences of one run
/// @param queryLen query rows of one sequence
/// @param kvLen keys of one sequence
public record AttentionSizes(int batch, int queryLen, int kvLen) {
    /// Checks the sizes.
    public AttentionSizes {
        Checks.notNegative("batch", batch);
        Checks.notNegative("queryLen", queryLen);
        Checks.notNegative("kvLen", kvLen);
    }
}
