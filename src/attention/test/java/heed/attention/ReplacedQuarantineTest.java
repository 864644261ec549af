package heed.attention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.reference.ReferenceBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A quarantine is a library's: with another library in its place a backend computes again, and what still runs on
/// the old one is its own affair.
final class ReplacedQuarantineTest {
    private static final AttentionSpec SPEC = AttentionSpec.builder(2, 8).build();
    private static final AttentionSizes SIZES = new AttentionSizes(1, 4, 4);

    private final Attention attention = Attention.of(List.of(Library.of("blas@1", true), new ReferenceBackend()))
            .selfCheck(SelfCheck.everyRow());
    private final Tensor output = Tensor.of(new float[2 * 4 * 8], 1, 2, 4, 8);

    /// A backend with a library, which is a name, and wrong if that begins with `wrong-`.
    private record Library(WrongBackend computing) implements ReplaceableBackend {
        static Library of(String name, boolean wrong) {
            return new Library(new WrongBackend(
                    name, 9, WrongBackend.at(0, 1, 2, wrong ? 1 : 0).spoil()));
        }

        @Override
        public Library replacedBy(Path library) {
            String name = library.toString();
            return of(name.replace("wrong-", ""), name.startsWith("wrong-"));
        }

        @Override
        public void retire(AttentionBackend successor) {}

        @Override
        public String name() {
            return computing.name();
        }

        @Override
        public int rank() {
            return computing.rank();
        }

        @Override
        public Availability availability() {
            return computing.availability();
        }

        @Override
        public Support support(AttentionSpec spec) {
            return computing.support(spec);
        }

        @Override
        public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
            return computing.plan(spec, sizes, options);
        }
    }

    private void run(AttentionPlan plan) {
        Tensor rows = Tensor.of(new float[2 * 4 * 8], 1, 2, 4, 8);
        plan.run(new AttentionArguments().query(rows).key(rows).value(rows).output(output));
    }

    private AttentionPlan plan() {
        return attention.plan(SPEC, SIZES);
    }

    private String quarantined(AttentionPlan plan) {
        return String.valueOf(
                assertThrows(BackendQuarantinedException.class, () -> run(plan)).getMessage());
    }

    @Test
    void anotherVersionIsUsed() {
        AttentionPlan wrong = plan();
        assertThrows(SelfCheckException.class, () -> run(wrong));
        assertEquals("reference", plan().backend());
        attention.replace("blas", Path.of("blas@2"));
        assertEquals(Set.of(), attention.quarantined().keySet());
        assertEquals("blas@2", plan().backend());
        run(plan());
        attention.replace("blas", Path.of("blas@1"));
        assertEquals("blas@1", plan().backend());
    }

    /// The plans on the old library stay refused, though their backend is called as before.
    @Test
    void anotherFileOfTheSameVersionIsUsed() {
        AttentionPlan wrong = plan();
        assertThrows(SelfCheckException.class, () -> run(wrong));
        attention.replace("blas@1", Path.of("blas@1"));
        run(plan());
        assertTrue(quarantined(wrong).endsWith("; plan anew: its library was exchanged for another"));
        attention.enable("blas");
        assertTrue(quarantined(wrong).startsWith("blas@1 is quarantined by a self-check, "));
        run(plan());
    }

    /// What the old library does once it is exchanged is not held against the new one.
    @Test
    void theOldLibraryIsFoundWrongAfterwards() {
        AttentionPlan wrong = plan();
        attention.replace("blas", Path.of("blas@1"));
        AttentionPlan right = plan();
        assertThrows(SelfCheckException.class, () -> run(wrong));
        assertTrue(quarantined(wrong).contains("blas@1"));
        assertEquals(Set.of(), attention.quarantined().keySet());
        run(right);
        assertEquals("blas@1", plan().backend());
    }

    @Test
    void aRefusedLibraryLiftsNothing() {
        assertThrows(SelfCheckException.class, () -> run(plan()));
        assertThrows(BackendUnavailableException.class, () -> attention.replace("blas", Path.of("reference")));
        assertEquals(Set.of("blas@1"), attention.quarantined().keySet());
    }

    @Test
    void aNewLibraryThatIsWrongIsQuarantinedItself() {
        attention.replace("blas", Path.of("wrong-blas@2"));
        AttentionPlan wrong = plan();
        assertThrows(SelfCheckException.class, () -> run(wrong));
        assertTrue(quarantined(wrong).endsWith("; call Attention.enable(\"blas@2\") to use it again"));
        assertEquals(Set.of("blas@2"), attention.quarantined().keySet());
    }
}
