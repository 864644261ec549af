package heed.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.attention.SelfCheck;
import heed.cli.load.Backends;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A command whose runs are self-checked from outside.
final class SelfCheckedTest {
    @TempDir
    Path folder = Path.of("");

    private final StringWriter err = new StringWriter();

    @AfterEach
    void checkNoMore() {
        System.clearProperty(SelfCheck.PROPERTY);
    }

    private int attend(AttentionBackend backend) throws IOException {
        AttendFiles files = new AttendFiles(folder);
        for (String name : List.of("q.npy", "k.npy", "v.npy")) {
            files.write(name, AttendFiles.noise(2, 16, 8));
        }
        Console console = new Console(new PrintWriter(new StringWriter()), new PrintWriter(err), false, false);
        Session session = new Session(console, () -> new Backends(List.of(backend), List.of()));
        return AttendCommand.line(session)
                .setExecutionExceptionHandler(new Failures(console))
                .execute(
                        "--query=" + folder.resolve("q.npy"),
                        "--key=" + folder.resolve("k.npy"),
                        "--value=" + folder.resolve("v.npy"),
                        "--out=" + folder.resolve("o.npy"),
                        "--backend=" + backend.name());
    }

    @Test
    void aWrongRowIsACheckThatFailed() throws IOException {
        System.setProperty(SelfCheck.PROPERTY, "1/1");
        assertEquals(Exit.FAILED, attend(new Paced("wrong", 9, "1", 0, 0.5)));
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().contains("wrong computed a wrong row: sequence=0, "), err::toString);
    }

    @Test
    void aRightBackendIsNotTouched() throws IOException {
        System.setProperty(SelfCheck.PROPERTY, "1/1");
        assertEquals(Exit.DONE, attend(Paced.of("right", 9, 0)));
        assertEquals("", err.toString());
    }

    @Test
    void aWrongCheckIsAWrongInput() throws IOException {
        System.setProperty(SelfCheck.PROPERTY, "1/0");
        assertEquals(Exit.USAGE, attend(Paced.of("right", 9, 0)));
        assertTrue(err.toString().contains("system property heed.selfCheck: a self-check must be "), err::toString);
    }
}
