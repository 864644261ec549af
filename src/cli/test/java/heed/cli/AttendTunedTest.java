package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heed.attention.AttentionBackend;
import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.load.Backends;
import heed.cli.tune.TuneFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `heed attend` takes the backend that `heed tune` found to be the fastest, unless one is named.
final class AttendTunedTest {
    private static final AttentionBackend PROUD = Paced.of("proud", 9, 900);
    private static final AttentionBackend QUICK = Paced.of("quick", 1, 200);

    @TempDir
    Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Session session = new Session(
            new Console(new PrintWriter(out), new PrintWriter(err), false, false),
            () -> new Backends(List.of(PROUD, QUICK, Paced.reference()), List.of()));
    private Optional<String> cache = Optional.empty();

    @BeforeEach
    void useACacheOfItsOwn() throws IOException {
        assumeTrue(System.getenv("HEED_BACKEND") == null, "HEED_BACKEND chooses a backend");
        cache = Optional.ofNullable(System.getProperty("heed.cache"));
        System.setProperty("heed.cache", folder.toString());
        for (String name : List.of("q", "k", "v")) {
            NpyFile.write(folder.resolve(name + ".npy"), Tensor.of(new float[2 * 16 * 8], 1, 2, 16, 8));
        }
    }

    @AfterEach
    void giveTheCacheBack() {
        cache.ifPresentOrElse(
                before -> System.setProperty("heed.cache", before), () -> System.clearProperty("heed.cache"));
    }

    private void tune() {
        TuneCommand tune = new TuneCommand(session, TuneFile.ofUser());
        tune.shapes = List.of("2/2,16/16,8");
        tune.quick = true;
        assertEquals(Exit.DONE, tune.call());
        out.getBuffer().setLength(0);
    }

    private String attend(String... more) {
        List<String> words =
                new java.util.ArrayList<>(List.of("--query", "q", "--key", "k", "--value", "v", "--out", "o"));
        words.replaceAll(word ->
                word.startsWith("--") ? word : folder.resolve(word + ".npy").toString());
        words.addAll(List.of(more));
        assertEquals(Exit.DONE, AttendCommand.line(session).execute(words.toArray(String[]::new)), err::toString);
        return out.toString();
    }

    @Test
    void byRankUntilItIsMeasured() {
        assertTrue(attend().contains("(highest rank of those that can)"), out::toString);
        tune();
        assertTrue(attend().contains("(measured: quick "), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void aNameIsStronger() {
        tune();
        assertTrue(attend("--backend", "proud").contains("(proud was named by the session)"), out::toString);
    }

    @Test
    void aDamagedFileIsASentenceAndRankDecides() throws IOException {
        Files.writeString(folder.resolve("tuning.json"), "{");
        assertTrue(attend().contains("(highest rank of those that can)"), out::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().startsWith("heed attend: warning: the costs that were measured"), err::toString);
    }
}
