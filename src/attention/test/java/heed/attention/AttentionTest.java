package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who computes, who decides, and what is said about it.
final class AttentionTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(1, 8).build();
    private static final AttentionSpec CAPPED = SPEC.toBuilder().softcap(1).build();

    private final Attention attention = Attention.of(List.of(
            new Fake("low", 1, true, true),
            new Fake("gone", 9, false, true),
            new Fake("high", 5, true, false),
            new Fake("mid", 3, true, true)));

    /// A backend in name only; one that is not `general` takes no softcap.
    private record Fake(String name, int rank, boolean here, boolean general) implements AttentionBackend {
        @Override
        public Availability availability() {
            return here
                    ? new Availability.Available("fake", "1", Optional.empty(), OptionalInt.empty(), 1)
                    : new Availability.Unavailable("it is not installed", "install it");
        }

        @Override
        public Support support(AttentionSpec spec) {
            return new Support.Check()
                    .require(general || spec.softcap() == 0, "softcap", spec.softcap(), "0")
                    .result();
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            throw new Planned(name);
        }
    }

    /// Says which backend planned.
    private static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Planned(String name) {
            super(name);
        }
    }

    @BeforeEach
    void nothingIsChosenFromOutside() {
        assumeTrue(System.getenv("HEED_BACKEND") == null, "HEED_BACKEND chooses a backend");
        assumeTrue(System.getProperty("heed.backend") == null, "heed.backend chooses a backend");
    }

    private String planned(AttentionSpec spec, PlanOptions options) {
        AttentionSizes sizes = new AttentionSizes(1, 1, 1);
        return String.valueOf(assertThrows(Planned.class, () -> attention.plan(spec, sizes, options))
                .getMessage());
    }

    private String planned() {
        return planned(SPEC, PlanOptions.DEFAULT);
    }

    @Test
    void theHighestRankThatCan() {
        assertEquals("high", planned());
        assertEquals("mid", planned(CAPPED, PlanOptions.DEFAULT));
        assertEquals(
                List.of("gone", "high", "mid", "low"),
                attention.backends().stream().map(AttentionBackend::name).toList());
    }

    /// Each of the ways to choose, stronger ones on top of weaker ones.
    @Test
    void optionsBeatScopeBeatsSessionBeatsProperty() throws Exception {
        System.setProperty("heed.backend", "low");
        try {
            assertEquals("low", planned());
            attention.use("mid");
            assertEquals("mid", planned());
            assertEquals("high", Attention.withBackend("high", this::planned));
            assertEquals(
                    "low", Attention.withBackend("high", () -> planned(SPEC, PlanOptions.DEFAULT.withBackend("low"))));
            assertEquals("mid", planned());
        } finally {
            System.clearProperty("heed.backend");
        }
    }

    @Test
    void aBlankPropertyChoosesNothing() {
        System.setProperty("heed.backend", " ");
        try {
            assertEquals("high", planned());
        } finally {
            System.clearProperty("heed.backend");
        }
    }

    private String refused(Class<? extends RuntimeException> type, AttentionSpec spec, String name) {
        PlanOptions options = PlanOptions.DEFAULT.withBackend(name);
        AttentionSizes sizes = new AttentionSizes(1, 1, 1);
        return String.valueOf(
                assertThrows(type, () -> attention.plan(spec, sizes, options)).getMessage());
    }

    @Test
    void aForcedBackendThatCannotIsAnError() {
        assertEquals(
                "gone is unavailable: it is not installed; install it",
                refused(BackendUnavailableException.class, SPEC, "gone"));
        assertEquals(
                "high does not support this spec: softcap=1.0 (allowed: 0)",
                refused(UnsupportedSpecException.class, CAPPED, "high"));
        assertEquals(
                "no backend is called none: backends=gone, high, mid, low",
                refused(BackendUnavailableException.class, SPEC, "none"));
        assertThrows(BackendUnavailableException.class, () -> attention.use("none"));
    }

    @Test
    void explainTellsWhyAndWhyNot() {
        assertEquals("""
                mid: highest rank of those that can
                  gone: unavailable, it is not installed; install it
                  high: unsupported, softcap=1.0 (allowed: 0)
                  mid: chosen
                  low: lower rank""", attention.explain(CAPPED, PlanOptions.DEFAULT).toString());
        assertEquals(
                """
                low: low was named by the plan's options
                  gone: unavailable, it is not installed; install it
                  high: not the one named
                  mid: not the one named
                  low: chosen""",
                attention.explain(SPEC, PlanOptions.DEFAULT.withBackend("low")).toString());
    }

    @Test
    void noBackendAtAll() {
        Attention none = Attention.of(List.of(new Fake("gone", 9, false, true)));
        String message = String.valueOf(assertThrows(
                        UnsupportedSpecException.class, () -> none.plan(SPEC, new AttentionSizes(1, 1, 1)))
                .getMessage());
        assertTrue(message.contains("gone: unavailable, it is not installed"), message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void servicesAreFound() {
        assertEquals("reference", Attention.load().backend("reference").name());
    }

    @Test
    void oneCallNeedsNoPlan() {
        float[] output = new float[1];
        AttentionSpec spec = AttentionSpec.builder(1, 1).build();
        Attention.load()
                .use("reference")
                .run(
                        spec,
                        new AttentionArguments()
                                .query(Tensor.of(new float[] {1}, 1, 1, 1, 1))
                                .key(Tensor.of(new float[] {0, 0}, 1, 1, 2, 1))
                                .value(Tensor.of(new float[] {2, 4}, 1, 1, 2, 1))
                                .output(Tensor.of(output, 1, 1, 1, 1)));
        assertEquals(3, output[0]);
    }
}
