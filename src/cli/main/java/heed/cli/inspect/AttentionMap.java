package heed.cli.inspect;

/// The probabilities of a head, each cell the mean over the pairs it stands for.
///
/// @param cells row after row
public record AttentionMap(int batch, int head, int rows, int columns, float[] cells) {}
