package heed.blas.cuda;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import heed.attention.Availability.Unavailable;
import java.util.Arrays;
import java.util.Optional;

/// What must be there, from `HEED_REQUIRE`; anything else may be missing, visibly.
final class Required {
    private Required() {}

    /// Skips the test where this machine has no GPU that can be used, or fails it where `cuda` is required.
    static void gpu() {
        if (new CudaBackend().availability() instanceof Unavailable(var reason, var hint)) {
            missing("cuda", reason + "; " + hint);
        }
    }

    /// Skips the test, or fails it where `name` is required.
    static void missing(String name, String reason) {
        String list = Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("");
        if (Arrays.stream(list.split(",")).map(String::strip).anyMatch(name::equals)) {
            fail(name + " is required here (HEED_REQUIRE): " + reason);
        }
        abort(name + ": " + reason);
    }
}
