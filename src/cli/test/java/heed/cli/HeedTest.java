package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
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
                "bench --shape 8/8,1/1,64,f32,f64             | one type",
                "bench --shape 8/8,1/1,48,int4                | headDim=48",
                "bench --shape 2147483648/1,1/1,64            | size=2147483648",
                "bench --shape 2147483647/1,64/64,64          | MiB",
                "bench --threads 0                            | threads=0",
                "bench --threads x                            | --threads",
                "bench --runs 0                               | runs=0",
                "bench --backend nonsense                     | nonsense",
                "bench --phase nonsense                       | nonsense",
                "bench --phase decode --shape 8/8,64/64,64    | phase decode",
                "bench --json /nowhere/r.json --quick         | /nowhere/r.json",
                "bench --features --shape 8/8,64/64,64        | --shape",
                "bench --features --phase decode              | --phase",
                "bench --features --scaling                   | --scaling",
                "bench --features --backend nonsense          | nonsense",
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
        for (String command : new String[] {"backends", "attend", "conformance", "bench", "embed", "generate"}) {
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
        assertHasNumbers(report.get("ceilings").get(0), "threads", "fmaGflops", "readGbps");
        JsonNode row = report.get("rows").get(0);
        assertHasNumbers(row, "threads", "batch", "queryHeads", "kvHeads", "queryLen", "kvLen", "headDim", "valueDim");
        assertHasNumbers(row, "medianNs", "p10Ns", "p90Ns", "gflops", "gbps", "percentOfFma", "percentOfRead");
        assertHasNumbers(row, "percentOfRoof", "allocatedBytes", "maxError", "tolerance", "noisePercent", "runs");
        assertEquals("reference decode true f32 rows", text(row, "backend phase causal kvType keyLayout"));
        assertEquals(100, row.get("kvLen").asInt());
        assertTrue(row.get("maxError").asDouble() <= row.get("tolerance").asDouble());
        assertEquals(1, report.get("drift").size());
        assertEquals(0, report.get("derived").size());
    }

    private static void assertHasNumbers(JsonNode node, String... fields) {
        for (String field : fields) {
            assertTrue(node.has(field) && node.get(field).isNumber(), field + " in " + node);
        }
    }

    private static String text(JsonNode node, String fields) {
        return Arrays.stream(fields.split(" "))
                .map(field -> node.get(field).asString())
                .collect(Collectors.joining(" "));
    }

    @Test
    void benchMeasuresEveryTypeAndARaggedBatch() {
        Run run = Run.of(
                "bench",
                "--backend",
                "reference",
                "--threads",
                "1",
                "--quick",
                "--runs",
                "1",
                "--shape",
                "4/2,1/100,32,f16,panels",
                "--shape",
                "4/2,1/100,32,int8",
                "--shape",
                "4/2,1/100,32,int4,batch=2",
                "--shape",
                "4/2,20/20,32,bf16");
        assertEquals(Exit.DONE, run.exit(), run.err());
        String out = run.out();
        assertEquals(4, out.lines().filter(line -> line.endsWith(" ok")).count(), out);
        // The reference prefers rows, and the row says so.
        assertTrue(out.contains("4/2,1/100,32,f16 ") && out.contains("4/2,1/100,32,int4,batch=2 "), out);
        assertTrue(run.outLines().getLast().startsWith("noise: FMA windows of 1 threads between "), out);
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
