package heed.cli.tune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.MeasuredCost;
import heed.attention.PlanOptions;
import heed.attention.ShapeBucket;
import heed.attention.TuningTable;
import heed.cli.input.InputException;
import heed.cli.print.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A file is used whole or not at all, and what is wrong with it is said in a sentence.
final class TuneFileTest {
    private static final TuningTable TABLE = TuningTable.EMPTY.with(
            ShapeBucket.of(AttentionSpec.builder(8, 64).build(), new AttentionSizes(1, 1, 512), PlanOptions.DEFAULT),
            List.of(
                    new MeasuredCost.Took("vector", "Vector API 25, 512 bits", 1234),
                    new MeasuredCost.Failed("blas", "BLAS 1", "it was off by 1")));

    @TempDir
    Path folder = Path.of("");

    private final List<String> warnings = new ArrayList<>();
    private TuneFile file = new TuneFile(Path.of(""));

    @BeforeEach
    void write() {
        file = new TuneFile(folder.resolve("heed/tuning.json"));
        file.write(TABLE);
    }

    private void change(UnaryOperator<String> change) throws IOException {
        String before = Files.readString(file.path());
        String after = change.apply(before);
        assertTrue(!after.equals(before), before);
        Files.writeString(file.path(), after);
    }

    private void assertUnused(String reason) {
        assertEquals(TuningTable.EMPTY, file.read(warnings::add));
        assertEquals(1, warnings.size());
        String told = warnings.getFirst();
        assertTrue(told.startsWith("the costs that were measured are not used: " + reason), told);
        assertTrue(told.endsWith("; run heed tune, file=" + file.path()), told);
        assertEquals(1, told.lines().count());
    }

    @Test
    void whatIsWrittenIsRead() {
        assertEquals(TABLE, file.read(warnings::add));
        assertEquals(List.of(), warnings);
    }

    @Test
    void noFileIsNoWarning() {
        assertEquals(TuningTable.EMPTY, new TuneFile(folder.resolve("none.json")).read(warnings::add));
        assertEquals(List.of(), warnings);
    }

    @Test
    void truncatedAnywhere() throws IOException {
        String whole = Files.readString(file.path()).strip();
        for (int length = 0; length < whole.length(); length += 7) {
            warnings.clear();
            Files.writeString(file.path(), whole.substring(0, length));
            assertUnused("it is damaged, ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"nanos\" : 1234 -> \"nanos\" : -3",
                "\"nanos\" : 1234 -> \"nanos\" : \"soon\"",
                "\"nanos\" : 1234 -> \"nanos\" : null",
                "\"nanos\" : 1234 -> \"nanos\" : 99999999999999999999",
                "\"heads\" : 8 -> \"heads\" : 99999999999",
                "\"heads\" : 8 -> \"heads\" : [8]",
                "\"heads\" : 8 -> \"heads\" : 0",
                "\"queryType\" : \"F32\" -> \"queryType\" : \"F31\"",
                "\"queryType\" : \"F32\" -> \"queryType\" : null",
                "\"mask\" : \"\" -> \"mask\" : null",
                "\"backend\" : \"vector\" -> \"backend\" : null",
                "\"entries\" -> \"entrees\"",
                "\"environment\" -> \"place\"",
                "{ -> [",
            })
    void damaged(String change) throws IOException {
        String[] sides = change.split(" -> ");
        change(text -> text.replace(sides[0], sides[1]));
        assertUnused("it is damaged");
    }

    @Test
    void ofAnotherFormat() throws IOException {
        change(text -> text.replace("\"format\" : 1", "\"format\" : 2"));
        assertUnused("it must have format 1: format=2");
    }

    /// What a later Heed keeps may be of another shape altogether.
    @Test
    void ofAnotherShape() throws IOException {
        Files.writeString(file.path(), "{\"format\": 2, \"environment\": \"here\", \"tables\": []}");
        assertUnused("it must have format 1: format=2");
    }

    @Test
    void ofAnotherPlace() throws IOException {
        String cpu = Environment.here().cpu();
        change(text -> text.replace(cpu, "Z80"));
        assertUnused("they are of another place, cpu=Z80, here cpu=" + cpu);
    }

    @Test
    void ofAnotherJdk() throws IOException {
        change(text -> text.replace(Environment.here().jdk(), "GNU 1.4"));
        assertUnused("they are of another place, jdk=GNU 1.4, here jdk=");
    }

    @Test
    void aDirectoryInItsPlace() throws IOException {
        Files.delete(file.path());
        Files.createDirectory(file.path());
        assertUnused("it cannot be read, ");
        assertThrows(InputException.class, () -> file.write(TABLE));
    }

    @Test
    void aFolderThatCannotBe() throws IOException {
        Path occupied = Files.writeString(folder.resolve("occupied"), "");
        TuneFile nowhere = new TuneFile(occupied.resolve("tuning.json"));
        assertThrows(InputException.class, () -> nowhere.write(TABLE));
    }

    /// Two processes that measure at once keep what both found, each file whole.
    @Test
    void writersAtOnce() throws Exception {
        Callable<Void> writer = () -> {
            for (int n = 0; n < 50; n++) {
                file.add(TABLE);
                assertEquals(TABLE, file.read(warning -> assertEquals("", warning)));
            }
            return null;
        };
        try (var threads = Executors.newFixedThreadPool(3)) {
            for (Future<Void> end : threads.invokeAll(Collections.nCopies(3, writer))) {
                end.get();
            }
        }
    }

    @Test
    void whatAnotherProcessAddedStays() {
        TuningTable other = TuningTable.EMPTY.with(
                ShapeBucket.of(AttentionSpec.builder(1, 8).build(), new AttentionSizes(1, 1, 8), PlanOptions.DEFAULT),
                List.of());
        file.add(other);
        assertEquals(2, file.read(warnings::add).costs().size());
    }

    @Test
    void noPartOfAFileIsLeft() throws IOException {
        try (var files = Files.list(file.path().resolveSibling("."))) {
            assertEquals(1, files.count());
        }
    }
}
