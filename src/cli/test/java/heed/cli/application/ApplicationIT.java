package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.cli.application.Application.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The application directory as users get it: started by its launcher, in a process of its own.
@DisabledOnOs(OS.WINDOWS)
final class ApplicationIT {
    private final Application built = Application.built();

    @TempDir
    Path folder = Path.of("");

    /// The links of [Application#copyTo], lest the temporary folder's cleaner warn of each.
    @AfterEach
    void deleteLinks() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void everyBackendIsThereAndTheErrorStreamIsClean() throws Exception {
        Result result = built.run("backends");
        assertEquals(0, result.exit(), result.err());
        assertEquals("", result.err());
        for (String name : required()) {
            Pattern row = Pattern.compile("\n" + Pattern.quote(name) + "(@\\S+)? ");
            assertTrue(row.matcher(result.out()).find(), name + " is required here: " + result.out());
        }
    }

    private static String[] required() {
        String list = Optional.ofNullable(System.getenv("HEED_REQUIRE")).orElse("reference,vector");
        return Arrays.stream(list.split(","))
                .filter(name -> !Set.of("conformance", "cuda-double").contains(name)) // no backends
                .toArray(String[]::new);
    }

    @Test
    void itStartsFromAnywhereThroughLinksAndWithSpaces() throws Exception {
        Application spaced = built.copyTo(folder.resolve("with a space"));
        Path link = Files.createSymbolicLink(folder.resolve("first"), Path.of("with a space/bin/heed"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link);
        Result result = Application.start(second, Path.of("/"), "backends");
        assertEquals(0, result.exit(), result.err());
        assertEquals(spaced.run("backends").out(), result.out());
    }

    @Test
    void withoutAnyOneOfItsJarsItRunsAndSaysWhatIsMissing() throws Exception {
        for (Path jar : built.backends()) {
            String file = jar.getFileName().toString();
            Application copy = built.copyTo(folder.resolve("without-" + file));
            Files.delete(copy.home().resolve("backends").resolve(file));
            Result result = copy.run("backends");
            assertEquals(0, result.exit(), result.err());
            assertTrue(result.out().contains("\nreference "), result.out());
            assertTrue(result.out().contains("unavailable, "), file + ": " + result.out());
        }
        Result lonely = new Application(folder.resolve("without-" + name("heed-kernels"))).run("backends");
        assertTrue(lonely.out().contains("vector: unavailable, its jar is missing: heed-kernels-*.jar"), lonely.out());
        assertTrue(lonely.out().contains("Module heed.kernels not found, required by heed.blas"), lonely.out());
    }

    private String name(String prefix) throws Exception {
        return built.jar("backends", prefix).getFileName().toString();
    }

    @Test
    void aBrokenJarIsNamedAndHarmsNoOther() throws Exception {
        Application copy = built.copyTo(folder.resolve("heed"));
        Files.writeString(copy.home().resolve("backends/broken.jar"), "no zip");
        Result result = copy.run("backends");
        assertEquals(0, result.exit(), result.err());
        assertTrue(result.out().contains("\nbroken.jar: unavailable, "), result.out());
        assertTrue(result.out().startsWith(built.run("backends").out()), result.out());

        Path kernels = copy.jar("backends", "heed-kernels");
        byte[] whole = Files.readAllBytes(kernels);
        Files.write(kernels, Arrays.copyOf(whole, whole.length / 2));
        Result torn = copy.run("backends");
        assertEquals(0, torn.exit(), torn.err());
        assertTrue(torn.out().contains("\nvector: unavailable, heed-kernels-"), torn.out());
    }

    @Test
    void aForcedBackendThatIsMissingIsAnErrorNotAChange() throws Exception {
        Application copy = built.copyTo(folder.resolve("heed"));
        Files.delete(copy.jar("backends", "heed-kernels"));
        Result result = copy.run("embed", "--backend", "vector", "text");
        assertEquals(2, result.exit(), result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("vector is unavailable: its jar is missing"), result.err());
    }

    @Test
    void badInputIsOneLineAndExit2() throws Exception {
        Path torn = Files.writeString(folder.resolve("torn.npy"), "not an array");
        Path out = folder.resolve("o.npy");
        Result result = built.run(
                "attend",
                "--query",
                torn.toString(),
                "--key",
                torn.toString(),
                "--value",
                torn.toString(),
                "--out",
                out.toString());
        assertEquals(2, result.exit(), result.out());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("torn.npy"), result.err());
        assertFalse(Files.exists(out));
    }

    @Test
    void embeddingsComeOutAsJsonAndALongTextIsCutWithAWarning() throws Exception {
        Result result = built.run("embed", "--json", "A cat sat on the mat.", "word ".repeat(600));
        assertEquals(0, result.exit(), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains("cut at 512 tokens"), result.err());
        var report = tools.jackson.databind.json.JsonMapper.builder().build().readTree(result.out());
        assertEquals(2, report.get("embeddings").size());
        assertEquals(
                "A cat sat on the mat.",
                report.get("embeddings").get(0).get("text").asString());
        assertEquals(384, report.get("embeddings").get(0).get("embedding").size());
    }
}
