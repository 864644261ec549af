package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Studies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// On the quickest study; what the others compute is tested where they are.
final class StudyCommandTest {
    private static final String QUICKEST = "identities";

    @TempDir
    Path folder = Path.of("");

    @Test
    void listNamesEveryStudy() {
        Run run = Run.of("study", "list");
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertEquals(Studies.all().size(), run.outLines().size());
        for (int n = 0; n < run.outLines().size(); n++) {
            assertTrue(run.outLines().get(n).startsWith(Studies.all().get(n).name() + "  "), run.out());
        }
    }

    @Test
    void anUnknownStudyIsRefusedWithTheNamesOfAll() {
        Run run = Run.of("study", "nonsense");
        assertEquals(Exit.USAGE, run.exit());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains("NAME=nonsense"), run.err());
        Studies.all().forEach(study -> assertTrue(run.err().contains(study.name()), run.err()));
        assertEquals("", run.out());
    }

    @Test
    void wrongOptionsAreRefusedBeforeAnythingIsComputed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (List<Object> wrong : List.<List<Object>>of(
                List.of("study"),
                List.of("study", QUICKEST, "--threads", "0"),
                List.of("study", QUICKEST, "--out", file),
                List.of("study", QUICKEST, "--json", folder.resolve("missing").resolve("r.json")),
                List.of("study", QUICKEST, "--json", folder),
                List.of("study", QUICKEST, "--backend", "nonsense"))) {
            Run run = Run.of(wrong.toArray());
            assertEquals(Exit.USAGE, run.exit(), wrong + run.err());
            assertEquals(1, run.errLines().size(), wrong + run.err());
            assertEquals("", run.out());
        }
    }

    @Test
    void eachCheckIsALineAndTheLastSumsUp() {
        Run run = Run.of("study", QUICKEST, "--quick");
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertTrue(run.out().contains("identities: Identities"), run.out());
        assertTrue(run.out().contains("row entropy: H = L - β⟨q, m⟩"), run.out());
        assertTrue(run.outLines().getLast().matches("\\d+ passed, 0 failed in .* s"), run.out());
        assertEquals("", run.err(), "no progress where nobody watches");
    }

    @Test
    void jsonAloneIsPrinted() {
        Run run = Run.of("study", QUICKEST, "--quick", "--json");
        assertEquals(Exit.DONE, run.exit(), run.err());
        JsonNode document = JsonMapper.builder().build().readTree(run.out());
        assertTrue(document.path("environment").isObject(), run.out());
        assertTrue(document.path("quick").asBoolean(), run.out());
        assertEquals("heed study identities --quick", document.path("command").asString());
        JsonNode checks = document.path("checks");
        assertTrue(checks.size() > 20, run.out());
        for (JsonNode check : checks) {
            assertEquals(QUICKEST, check.path("study").asString());
            assertFalse(check.path("claim").asString().isEmpty(), check.toString());
            assertFalse(check.path("expected").asString().isEmpty(), check.toString());
            assertTrue(check.path("measured").isNumber(), check.toString());
            assertTrue(check.path("pass").asBoolean(), check.toString());
            assertTrue(
                    check.path("source").asString().matches("(exact|derived|paper\\??|related).*"), check.toString());
        }
    }

    @Test
    void jsonGoesToAFileBesideTheLines() throws IOException {
        Path file = folder.resolve("r.json");
        Run run = Run.of("study", QUICKEST, "--quick", "--json", file);
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertTrue(run.out().contains("0 failed"), run.out());
        assertTrue(JsonMapper.builder()
                        .build()
                        .readTree(Files.readString(file))
                        .path("checks")
                        .size()
                > 20);
    }

    @Test
    void outWritesAPage() throws IOException {
        Path pages = folder.resolve("new").resolve("pages");
        Run run = Run.of("study", QUICKEST, "--quick", "--out", pages);
        assertEquals(Exit.DONE, run.exit(), run.err());
        String page = Files.readString(pages.resolve("identities.html"));
        assertTrue(page.startsWith("<!DOCTYPE html>"), page);
        assertTrue(page.contains("heed study identities --quick --out"), "how to make it again");
        assertTrue(page.contains("<svg"), "a picture");
        assertFalse(page.contains("<script") || page.contains("src="), "needs nothing else");
        assertFalse(Files.exists(pages.resolve("index.html")), "one study needs no index");
    }
}
