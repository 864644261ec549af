package heed.conformance.golden;

import java.util.Optional;

/// What became of one golden case on one backend.
public sealed interface Outcome {
    /// Every expected tensor was computed and every element is within its tolerance.
    ///
    /// @param peer how the output compares with PyTorch's, where the case tells and the output is f32 or f64
    record Passed(Optional<PeerFigure> peer) implements Outcome {
        /// Nothing to compare with.
        public Passed() {
            this(Optional.empty());
        }
    }

    /// An element is off, the run threw, or the case could not be read.
    ///
    /// @param what one line: which element of which tensor, or which rule was broken
    /// @param worstError the largest excess's error, NaN where no number was compared
    /// @param allowed what it was allowed to be
    record Failed(String what, double worstError, double allowed) implements Outcome {
        /// A failure before any number was compared.
        static Failed before(String what) {
            return new Failed(what, Double.NaN, Double.NaN);
        }
    }

    /// Not computed, or not held against the backend; never counted as passed.
    ///
    /// @param reason every obstacle as field, value and what is allowed
    record Unsupported(String reason) implements Outcome {}
}
