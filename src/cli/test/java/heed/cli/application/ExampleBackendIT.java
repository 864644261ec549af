package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Tensor;
import heed.attention.file.NpyFile;
import heed.cli.application.Application.Result;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The example backend dropped into the packaged application: listed, chosen by name, right; and when it is gone or
/// torn, a sentence.
@DisabledOnOs(OS.WINDOWS)
final class ExampleBackendIT {
    @TempDir
    Path folder = Path.of("");

    private Application copy = Application.built();
    private Path jar = Path.of("");

    @BeforeEach
    void dropIn() throws Exception {
        copy = Application.built().copyTo(folder.resolve("heed"));
        jar = copy.home().resolve("backends/online.jar");
        Files.copy(ExampleJar.in(folder), jar);
        SampleFiles.write(folder);
    }

    /// The links of [Application#copyTo], lest the temporary folder's cleaner warn of each.
    @AfterEach
    void deleteLinks() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private Result attend(String backend) throws Exception {
        return copy.run(
                "attend",
                "--query",
                file("q"),
                "--key",
                file("k"),
                "--value",
                file("v"),
                "--out",
                file(backend),
                "--causal",
                "--backend",
                backend);
    }

    private String file(String name) {
        return folder.resolve(name + ".npy").toString();
    }

    @Test
    void isListedChosenByNameAndRight() throws Exception {
        Result listed = copy.run("backends");
        assertTrue(listed.out().contains("\nonline "), listed.out());
        Result result = attend("online");
        assertEquals(0, result.exit(), result.err());
        assertTrue(result.out().contains("online was named by the session"), result.out());
        assertEquals(0, attend("reference").exit());
        try (Arena arena = Arena.ofConfined()) {
            assertSame(
                    NpyFile.read(folder.resolve("online.npy"), arena).tensor(),
                    NpyFile.read(folder.resolve("reference.npy"), arena).tensor());
        }
    }

    /// Both compute in double and round once, to either side of a tie perhaps.
    private static void assertSame(Tensor left, Tensor right) {
        for (int h = 0; h < left.size(1); h++) {
            for (int i = 0; i < left.size(2); i++) {
                for (int d = 0; d < left.size(3); d++) {
                    float expected = (float) right.get(0, h, i, d);
                    assertEquals(expected, (float) left.get(0, h, i, d), Math.ulp(expected));
                }
            }
        }
    }

    @Test
    void whenItIsGoneOrTornThatIsASentence() throws Exception {
        byte[] whole = Files.readAllBytes(jar);
        Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
        Result listed = copy.run("backends");
        assertEquals(0, listed.exit(), listed.err());
        assertEquals(
                1,
                listed.out()
                        .lines()
                        .filter(line -> line.startsWith("online.jar: unavailable, "))
                        .count(),
                listed.out());
        Files.delete(jar);
        Result result = attend("online");
        assertEquals(2, result.exit(), result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().startsWith("heed attend: no backend is called online: backends="), result.err());
    }
}
