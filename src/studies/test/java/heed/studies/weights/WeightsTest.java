package heed.studies.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import heed.studies.page.Section;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WeightsTest {
    private static final Lab LAB =
            new Lab(Attention.load(), Gemm.load().backend("vector"), true, 2, Path.of(""), Progress.NONE);

    @TempDir
    Path empty = Path.of("");

    private static Subject subject(String name) {
        return Subject.all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aModelThatIsNotThereIsToldOf() {
        assertEquals(Optional.empty(), subject("MiniLM").missing(Optional.empty()));
        assertTrue(
                subject("stories260K").missing(Optional.empty()).orElseThrow().contains("heed.study.models"));
        assertEquals(
                "stories260K.bin is not in the folder of models",
                subject("stories260K").missing(Optional.of(empty)).orElseThrow());
    }

    @Test
    void aDecoderIsMeasured() {
        Path folder =
                Path.of("..", "..", "..", "shared", "models").toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(folder), () -> "no models at " + folder);
        try (RealModel model = subject("stories260K").open(Optional.of(folder), LAB)) {
            Activations seen = Activations.of(LAB, model, List.of("Lily saw a big red ball.", "Tom ran."));
            assertEquals(5, seen.first().rows());
            assertEquals(8, seen.first().columns());
            assertTrue(seen.outputError() < 1e-5, "error " + seen.outputError());
            assertTrue(seen.entropyError() < 1e-5, "error " + seen.entropyError());
            Map<Role, Continuity> continuity = Continuity.of(LAB, model);
            assertEquals(List.of(Role.values()), List.copyOf(continuity.keySet()));
            continuity.forEach((role, one) -> assertEquals(4, one.input().length, role.symbol()));
        }
    }

    @Test
    void otherStudiesShowTheModelsAtHand() {
        List<Section> sinks = Models.sinks(LAB);
        List<Section> continuity = Models.continuity(LAB);

        assertEquals("MiniLM: its sinks", sinks.getFirst().heading());
        assertEquals(2, sinks.getFirst().figures().size());
        assertEquals(sinks.size(), continuity.size());
    }

    @Test
    void otherStudiesSayWhyAModelIsNotShown() {
        String usual = System.getProperty("heed.model.dir");
        System.setProperty("heed.model.dir", empty.toString());
        try {
            Section section = Models.sinks(LAB).getFirst();
            assertEquals("A model that was not measured", section.heading());
            assertTrue(section.paragraphs().getFirst().contains(empty.toString()), section::toString);
        } finally {
            if (usual == null) {
                System.clearProperty("heed.model.dir");
            } else {
                System.setProperty("heed.model.dir", usual);
            }
        }
    }
}
