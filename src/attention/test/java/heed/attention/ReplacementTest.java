package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A backend's library is exchanged in its place, or nothing is.
final class ReplacementTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(1, 8).build();

    private final Swappable old = new Swappable("blas@1");
    private final Attention attention =
            Attention.of(List.of(new Swappable("first@1"), old, new Swappable("blas@0"), new Fixed()));

    private static class Fixed implements AttentionBackend {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public Availability availability() {
            return new Availability.Available("fake", "1", Optional.empty(), OptionalInt.empty(), 1);
        }

        @Override
        public Support support(AttentionSpec spec) {
            return new Support.Supported();
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            throw new AssertionError("nothing is planned");
        }
    }

    /// Its library is a path that names the version; `bad` is none.
    private static final class Swappable extends Fixed implements ReplaceableBackend {
        private final String name;
        private Optional<AttentionBackend> successor = Optional.empty();

        Swappable(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Swappable replacedBy(Path library) {
            if (library.toString().equals("bad")) {
                throw new BackendUnavailableException(
                        "blas@bad", new Availability.Unavailable("it is no library", "take another"));
            }
            return new Swappable(library.toString());
        }

        @Override
        public void retire(AttentionBackend next) {
            successor = Optional.of(next);
        }
    }

    private List<String> names() {
        return attention.backends().stream().map(AttentionBackend::name).toList();
    }

    private String chosen() {
        return attention.explain(SPEC, PlanOptions.DEFAULT).chosen().orElse("none");
    }

    @Test
    void theSuccessorTakesThePlaceAndTheOldOneRetires() {
        AttentionBackend next = attention.replace("blas", Path.of("blas@2"));
        assertEquals(List.of("first@1", "blas@2", "blas@0", "fixed"), names());
        assertSame(next, attention.backend("blas"));
        assertSame(next, old.successor.orElseThrow());
    }

    @Test
    void aSessionGoesOnWithItsChoiceWhateverItIsCalledNow() {
        attention.use("blas@1").replace("blas@1", Path.of("blas@2"));
        assertEquals("blas@2", chosen());
        attention.use("blas").replace("blas", Path.of("other@1"));
        assertEquals("other@1", chosen());
    }

    @Test
    void aSessionKeepsAChoiceThatWasNotReplaced() {
        attention.use("blas").replace("blas@0", Path.of("other@1"));
        assertEquals("blas@1", chosen());
    }

    @Test
    void aFailureLeavesEverythingAsItWas() {
        List<AttentionBackend> before = attention.backends();
        assertEquals(
                "blas@1 keeps its library: blas@bad is unavailable: it is no library; take another",
                refused(BackendUnavailableException.class, "blas", "bad"));
        assertSame(before, attention.backends());
        assertEquals(Optional.empty(), old.successor);
    }

    @Test
    void twoBackendsMayNotBeCalledTheSame() {
        assertEquals(
                "blas@1 keeps its library: another backend is called as the new library would be: name=blas@0, "
                        + "library=blas@0; replace that one",
                refused(BackendUnavailableException.class, "blas", "blas@0"));
    }

    @Test
    void aBackendWithoutALibraryHasNoneToReplace() {
        assertEquals(
                "only a backend with a library of its own can have it replaced: name=fixed, "
                        + "replaceable=first@1 blas@1 blas@0",
                refused(IllegalArgumentException.class, "fixed", "blas@2"));
    }

    private String refused(Class<? extends RuntimeException> type, String name, String library) {
        return String.valueOf(assertThrows(type, () -> attention.replace(name, Path.of(library)))
                .getMessage());
    }

    @Test
    void aRecordingTellsOfIt(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("r.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("heed.Replacement");
            recording.enable("heed.Refusal");
            recording.start();
            refused(BackendUnavailableException.class, "blas", "bad");
            attention.replace("blas", Path.of("blas@2"));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertEquals(
                List.of("heed.Refusal", "heed.Replacement"),
                events.stream().map(event -> event.getEventType().getName()).toList());
        assertEquals("blas@1", events.getLast().getString("backend"));
        assertEquals("blas@2", events.getLast().getString("successor"));
        assertEquals("blas@2", events.getLast().getString("library"));
    }
}
