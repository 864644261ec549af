package heed.conformance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Availability.Unavailable;
import heed.attention.Support.Unsupported;
import java.util.Arrays;
import java.util.Optional;

/// What must run here, from `HEED_REQUIRE=vector,openblas@0.3.31,blis,conformance`; anything else may be skipped,
/// visibly. A name without a version requires every backend of that name that is found.
final class Requirements {
    private Requirements() {}

    static boolean isRequired(String name) {
        String list = Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("");
        return Arrays.stream(list.split(","))
                .map(String::strip)
                .anyMatch(required -> name.equals(required) || name.startsWith(required + "@"));
    }

    /// Skips the test, or fails it where `name` is required.
    static void missing(String name, String reason) {
        if (isRequired(name)) {
            fail(name + " is required here (HEED_REQUIRE): " + reason);
        }
        abort(name + ": " + reason);
    }

    static void available(String name, Availability availability) {
        if (availability instanceof Unavailable(var reason, var hint)) {
            missing(name, reason + "; " + hint);
        }
    }

    static void supported(AttentionBackend backend, AttentionSpec spec) {
        if (backend.support(spec) instanceof Unsupported obstacles) {
            abort(backend.name() + " does not support this spec: " + obstacles);
        }
    }
}
