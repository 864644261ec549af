package heed.model;

/// The meaning of a text as a point on the unit sphere: similar texts have a dot product near 1.
///
/// @param text as it was given
/// @param values coordinates, their squares sum to 1; the array is the caller's
/// @param tokens tokens that the model read, the two special ones included
/// @param truncated whether the text had more, which changed nothing
public record Embedding(String text, float[] values, int tokens, boolean truncated) {}
