package heed.attention;

import java.util.Optional;
import java.util.OptionalInt;

/// Whether a backend can run here: a value, with the reason when it cannot.
public sealed interface Availability {
    /// It can run.
    ///
    /// @param library what computes, for example `OpenBLAS` or `Vector API`
    /// @param version its version or configuration
    /// @param path file of the native library, if it is one
    /// @param vectorBits width of a vector register in use, if known
    /// @param threads threads it may use
    /// @param caution why it will be slow here, if it will
    record Available(
            String library,
            String version,
            Optional<String> path,
            OptionalInt vectorBits,
            int threads,
            Optional<Caution> caution)
            implements Availability {

        /// At its full speed.
        public Available(String library, String version, Optional<String> path, OptionalInt vectorBits, int threads) {
            this(library, version, path, vectorBits, threads, Optional.empty());
        }
    }

    /// It can run, and gives right results, but far below what it is made for.
    ///
    /// @param reason one sentence: what is in the way
    /// @param hint one sentence: what to do
    record Caution(String reason, String hint) {}

    /// It cannot run.
    ///
    /// @param reason one sentence: what is missing
    /// @param hint one sentence: what to do
    record Unavailable(String reason, String hint) implements Availability {}
}
