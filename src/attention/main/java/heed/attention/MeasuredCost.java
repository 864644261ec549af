package heed.attention;

import heed.attention.Availability.Available;
import java.util.Objects;

/// What a backend was found to cost for the shapes of a [ShapeBucket], on this machine.
///
/// A cost speaks of one library: it holds as long as the backend says of itself what it said then.
public sealed interface MeasuredCost {
    /// Name of the backend.
    String backend();

    /// What computed, see [#library(AttentionBackend)].
    String library();

    /// It computed right.
    ///
    /// @param nanos wall-clock nanoseconds of a run, the median
    record Took(String backend, String library, long nanos) implements MeasuredCost {
        /// Checks the time: costs are read from files, too.
        public Took {
            Objects.requireNonNull(backend, "backend");
            Objects.requireNonNull(library, "library");
            Checks.require(nanos > 0, "nanos must be at least 1: nanos=%d", nanos);
        }
    }

    /// It did not: it threw, or a sampled row was further off than may be.
    ///
    /// @param reason one clause
    record Failed(String backend, String library, String reason) implements MeasuredCost {
        /// Checks that all is given.
        public Failed {
            Objects.requireNonNull(backend, "backend");
            Objects.requireNonNull(library, "library");
            Objects.requireNonNull(reason, "reason");
        }
    }

    /// Whether this still holds for `other`: the same backend over the same library.
    default boolean isOf(AttentionBackend other) {
        return backend().equals(other.name()) && library().equals(library(other));
    }

    /// What computes in `backend`, in all that changes its speed: library, version, vector width, whether it is slow.
    static String library(AttentionBackend backend) {
        return switch (backend.availability()) {
            case Available here ->
                here.library() + " " + here.version()
                        + (here.vectorBits().isPresent()
                                ? ", " + here.vectorBits().getAsInt() + " bits"
                                : "")
                        + here.caution().map(caution -> ", " + caution.reason()).orElse("");
            case Availability.Unavailable _ -> "";
        };
    }
}
