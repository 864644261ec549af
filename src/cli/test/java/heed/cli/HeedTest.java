package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Exit codes, messages and JSON of the command line.
final class HeedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                             | a command is missing",
                "nonsense                                     | nonsense",
                "backends --nonsense                          | --nonsense",
                "attend --query q.npy                         | --key",
                "embed                                        | a text is needed",
                "embed --file /nowhere/f                      | --file=/nowhere/f",
                "embed --backend nonsense x                   | nonsense",
                "conformance /nowhere                         | /nowhere",
                "conformance . --backend nonsense             | .",
                "bench --shape 8                              | shape=8",
                "bench --shape 8/3,1/1,64                     | queryHeads=8, kvHeads=3",
                "bench --shape 8/8,1/0,64                     | size=0",
                "bench --shape 8/8,1/1,64,int3                | int3",
                "bench --shape 8/8,1/99999999999,64           | size=99999999999",
                "bench --threads 0                            | threads=0",
                "bench --threads x                            | --threads",
                "bench --runs 0                               | runs=0",
                "bench --backend nonsense                     | nonsense",
                "bench --phase nonsense                       | nonsense",
                "bench --phase decode --shape 8/8,64/64,64    | phase decode",
                "bench --json /nowhere/r.json --quick         | /nowhere/r.json",
            })
    void aWrongCommandLineIsOneLineAndExit2(@org.jspecify.annotations.Nullable String line, String part) {
        Run run = Run.of((Object[]) (line == null ? new String[0] : line.split(" ")));
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertEquals(1, run.errLines().size(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertEquals("", run.out());
    }

    @Test
    void helpNamesEveryCommand() {
        Run run = Run.of("--help");
        assertEquals(Exit.DONE, run.exit());
        for (String command : new String[] {"backends", "attend", "conformance", "bench", "embed"}) {
            assertTrue(run.out().contains("  " + command), run.out());
            assertEquals(Exit.DONE, Run.of(command, "--help").exit());
        }
    }

    @Test
    void backendsAsJsonHasTheFields() {
        Run run = Run.of("backends", "--json");
        assertEquals(Exit.DONE, run.exit(), run.err());
        JsonNode report = JsonMapper.builder().build().readTree(run.out());
        for (String field : new String[] {"heed", "cpu", "cores", "os", "jdk"}) {
            assertTrue(report.get("environment").hasNonNull(field), field);
        }
        JsonNode reference = report.get("backends")
                .valueStream()
                .filter(node -> node.get("name").asString().equals("reference"))
                .findFirst()
                .orElseThrow();
        assertTrue(reference.get("available").asBoolean());
        for (String field : new String[] {"reason", "hint", "library", "version", "path", "vectorBits", "threads"}) {
            assertTrue(reference.has(field), field);
        }
    }

    @Test
    void anEmptyApplicationSaysWhatIsMissing(@TempDir Path home) {
        Run run = Run.of(Optional.of(home), "backends");
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertTrue(run.out().contains("\nvector: unavailable, its jar is missing: heed-kernels-*.jar;"), run.out());
        assertTrue(run.out().contains("\nopenblas: unavailable, its jar is missing: heed-blas-*.jar;"), run.out());
    }

    @Test
    void benchChecksItsRowsAndWritesThem(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("r.json");
        Run run = Run.of(
                "bench",
                "--backend",
                "reference",
                "--threads",
                "1",
                "--quick",
                "--runs",
                "2",
                "--json",
                file,
                "--shape",
                "4/2,3/100,8,causal");
        assertEquals(Exit.DONE, run.exit(), run.err());
        assertEquals("", run.err());
        JsonNode report = JsonMapper.builder().build().readTree(Files.readString(file));
        assertEquals(2, report.get("ceilings").size());
        JsonNode row = report.get("rows").get(0);
        assertEquals("decode", row.get("phase").asString());
        assertEquals(100, row.get("kvLen").asInt());
        assertTrue(row.get("maxError").asDouble() <= row.get("tolerance").asDouble());
        assertFalse(row.get("medianNs").isNull());
    }

    @Test
    void conformanceListsACaseThatCannotBeReadAndEndsAsWrongInput(@TempDir Path suite) throws Exception {
        Files.writeString(Files.createDirectory(suite.resolve("torn")).resolve("case.json"), "{\"name\":");
        Run run = Run.of("conformance", suite, "--backend", "reference");
        assertEquals(Exit.USAGE, run.exit(), run.err());
        assertTrue(run.outLines().getFirst().startsWith("failed: reference torn: "), run.out());
        assertEquals("0 passed, 1 failed, 0 unsupported", run.outLines().getLast());
    }
}
