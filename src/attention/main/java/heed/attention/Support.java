package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Whether a backend computes a spec: a value, with every reason when it does not.
public sealed interface Support {
    /// It does.
    record Supported() implements Support {}

    /// It does not.
    ///
    /// @param reasons each component of the spec that stands in the way
    record Unsupported(List<Reason> reasons) implements Support {
        /// Keeps a copy of the reasons.
        public Unsupported {
            reasons = List.copyOf(reasons);
        }

        @Override
        public String toString() {
            return reasons.stream().map(Reason::toString).collect(Collectors.joining("; "));
        }
    }

    /// One obstacle.
    ///
    /// @param field component of the spec
    /// @param got its value
    /// @param allowed what the backend takes
    record Reason(String field, String got, String allowed) {
        @Override
        public String toString() {
            return field + "=" + got + " (allowed: " + allowed + ")";
        }
    }

    /// Collects obstacles.
    final class Check {
        private final List<Reason> reasons = new ArrayList<>();

        /// Nothing noted yet.
        public Check() {}

        /// Notes an obstacle unless `condition` holds.
        public Check require(boolean condition, String field, Object got, String allowed) {
            if (!condition) {
                reasons.add(new Reason(field, got.toString(), allowed));
            }
            return this;
        }

        /// [Supported] if nothing was noted.
        public Support result() {
            return reasons.isEmpty() ? new Supported() : new Unsupported(reasons);
        }
    }
}
