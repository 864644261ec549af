package heed.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Gemm;
import heed.attention.PlanOptions;
import heed.attention.Support;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The backends on the test's path, by name: a test with them as parameter runs on each.
public final class Backends {
    /// Backends that must run here, from `HEED_REQUIRE=vector,openblas`.
    private static final Set<String> REQUIRED =
            Set.of(Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("").split(","));

    private Backends() {}

    /// Those that compute what the models ask for, f32.
    public static Stream<String> names() {
        AttentionSpec single = AttentionSpec.builder(1, 32).build();
        return Attention.load().backends().stream()
                .filter(backend -> backend.support(single) instanceof Support.Supported)
                .map(AttentionBackend::name);
    }

    private static boolean isRequired(String backend) {
        return REQUIRED.contains(backend) || REQUIRED.contains(backend.replaceFirst("@.*", ""));
    }

    /// The model on `backend`, see [#attention].
    static MiniLm load(String backend) {
        return MiniLm.load(
                attention(backend), Gemm.load(), MiniLmFiles.find(), PlanOptions.DEFAULT.withBackend(backend));
    }

    /// The door; the test is skipped with the reason if `backend` cannot run, and fails if it is required.
    public static Attention attention(String backend) {
        Attention attention = Attention.load();
        if (attention.backend(backend).availability() instanceof Availability.Unavailable why) {
            assertFalse(isRequired(backend), () -> backend + " is required here: " + why.reason());
            assumeTrue(false, backend + ": " + why.reason());
        }
        return attention.use(backend);
    }
}
