package heed.blas.cuda;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.util.Arrays;
import java.util.Optional;

/// What must be there, from `HEED_REQUIRE`; anything else may be missing, visibly.
final class Required {
    private Required() {}

    /// Skips the test, or fails it where `name` is required.
    static void missing(String name, String reason) {
        String list = Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("");
        if (Arrays.stream(list.split(",")).map(String::strip).anyMatch(name::equals)) {
            fail(name + " is required here (HEED_REQUIRE): " + reason);
        }
        abort(name + ": " + reason);
    }
}
