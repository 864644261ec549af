package heed.cli.bench;

/// What the machine can do at most with some threads.
///
/// @param threads how many
/// @param fmaGflops billions of f32 operations per second, two for each multiply-add
/// @param readGbps billions of bytes read from memory per second
public record Ceiling(int threads, double fmaGflops, double readGbps) {
    /// The higher of each, of two measurements with the same threads.
    public Ceiling max(Ceiling other) {
        return new Ceiling(threads, Math.max(fmaGflops, other.fmaGflops), Math.max(readGbps, other.readGbps));
    }
}
