package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.AttentionBackend;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;

/// The backend in `test/example`, made into a jar as somebody outside would: by javac and jar, over nothing but
/// `heed.attention`.
final class ExampleJar {
    private static final Path SOURCES = Path.of("test/example");

    private ExampleJar() {}

    /// Makes `online.jar` in `folder`.
    static Path in(Path folder) throws IOException, URISyntaxException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Path attention = Path.of(AttentionBackend.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        JavaCompiler javac = javax.tools.ToolProvider.getSystemJavaCompiler();
        try (var files = javac.getStandardFileManager(null, null, null)) {
            List<String> options = List.of(
                    "--module-path", attention.toString(), "-d", classes.toString(), "-Xlint:all,-requires-automatic");
            assertEquals(
                    true,
                    javac.getTask(null, files, null, options, null, files.getJavaFileObjectsFromPaths(sources()))
                            .call());
        }
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(AttentionBackend.class.getName()), "online.OnlineBackend\n");
        Path jar = folder.resolve("online.jar");
        int exit = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        assertEquals(0, exit);
        return jar;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
