package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.cli.input.InputException;
import heed.cli.load.Backends;
import heed.cli.tune.TuneFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `heed tune` prints and keeps, over backends of known costs.
final class TuneCommandTest {
    private static final String SHAPE = "2/1,2/16,8,f32";

    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private TuneFile file() {
        return new TuneFile(folder.resolve("new/tuning.json"));
    }

    private TuneCommand command(AttentionBackend... backends) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Console console = new Console(new PrintWriter(out), new PrintWriter(err), false, false);
        List<AttentionBackend> all = new java.util.ArrayList<>(List.of(backends));
        all.add(Paced.reference());
        TuneCommand command = new TuneCommand(new Session(console, () -> new Backends(all, List.of())), file());
        command.shapes = List.of(SHAPE);
        command.quick = true;
        command.threads = 1;
        return command;
    }

    @Test
    void measuresKeepsAndExplains() {
        AttentionBackend[] backends = {Paced.of("proud", 9, 900), Paced.of("quick", 1, 200)};
        TuneCommand tune = command(backends);
        Path json = folder.resolve("tune.json");
        tune.json = Optional.of(json);
        assertEquals(Exit.DONE, tune.call());
        String printed = out.toString();
        assertTrue(
                printed.lines().anyMatch(line -> line.matches("shape +proud ms +quick ms +chosen +next takes")),
                printed);
        assertTrue(
                printed.lines().anyMatch(line -> line.matches(SHAPE + " +[0-9.]+ +[0-9.]+ +quick +[0-9.]+ x")),
                printed);
        assertTrue(Files.exists(json));

        TuneCommand explain = command(backends);
        explain.explain = true;
        assertEquals(Exit.DONE, explain.call());
        String told = out.toString();
        assertTrue(
                told.contains(SHAPE + " (decode 2/1,2/16,8,F32,1 thread)") || told.contains(SHAPE + " (prefill"), told);
        assertTrue(
                told.matches("(?s).*\n  quick: measured: quick [0-9.]+ .s, proud [0-9.]+ .s\n"
                        + "    proud: slower, [0-9.]+ .s\n    quick: chosen\n    reference: lower rank\n"),
                told);
        assertEquals("", err.toString());
    }

    @Test
    void nothingIsKnownYet() {
        TuneCommand explain = command(Paced.of("proud", 9, 900), Paced.of("quick", 1, 200));
        explain.explain = true;
        assertEquals(Exit.DONE, explain.call());
        assertTrue(out.toString().contains("proud: highest rank of those that can\n"), out::toString);
        assertFalse(Files.exists(file().path()));
    }

    @Test
    void aWrongBackendFailsTheCommandAndIsNotChosen() {
        TuneCommand tune = command(new Paced("wrong", 9, "1", 0, 0.5), Paced.of("slow", 1, 300));
        assertEquals(Exit.FAILED, tune.call());
        assertTrue(out.toString().contains(SHAPE + ": wrong failed, it was off by "), out::toString);
        assertTrue(out.toString().lines().anyMatch(line -> line.matches(SHAPE + " .* slow +-")), out::toString);
    }

    /// What was kept of other shapes stays; a damaged file is told of, and replaced.
    @Test
    void keepsTheRestAndReplacesWhatIsDamaged() throws IOException {
        AttentionBackend[] backends = {Paced.of("proud", 9, 200), Paced.of("quick", 1, 50)};
        assertEquals(Exit.DONE, command(backends).call());
        TuneCommand other = command(backends);
        other.shapes = List.of("1/1,1/8,8");
        assertEquals(Exit.DONE, other.call());
        assertEquals(
                2, file().read(warning -> assertEquals("", warning)).costs().size());

        Files.writeString(file().path(), Files.readString(file().path()).substring(0, 300));
        assertEquals(Exit.DONE, command(backends).call());
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(
                err.toString()
                        .startsWith("heed tune: warning: the costs that were measured are not used: it is damaged, "),
                err::toString);
        assertEquals(
                1, file().read(warning -> assertEquals("", warning)).costs().size());
    }

    @Test
    void aFileThatCannotBeWrittenIsAnErrorBeforeAnythingIsMeasured() throws IOException {
        Files.createDirectories(file().path());
        TuneCommand tune = command(Paced.of("proud", 9, 200), Paced.of("quick", 1, 50));
        assertThrows(InputException.class, tune::call);
        assertEquals("", out.toString());
    }

    @Test
    void numbersAndShapesAreChecked() {
        assertEquals(Exit.USAGE, Run.of("tune", "--threads", "0").exit());
        assertEquals(Exit.USAGE, Run.of("tune", "--shape", "1/2").exit());
    }
}
