package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.AttentionBackend;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

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
        List<String> words = new ArrayList<>(
                List.of("--module-path", attention.toString(), "-d", classes.toString(), "-Xlint:all", "-Werror"));
        sources().forEach(source -> words.add(source.toString()));
        run("javac", words);
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(AttentionBackend.class.getName()), "online.OnlineBackend\n");
        Path jar = folder.resolve("online.jar");
        run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
        return jar;
    }

    private static void run(String tool, List<String> words) {
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed);
        int exit = ToolProvider.findFirst(tool).orElseThrow().run(out, out, words.toArray(String[]::new));
        assertEquals(0, exit, printed::toString);
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
