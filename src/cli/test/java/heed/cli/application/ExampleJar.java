package heed.cli.application;

import heed.attention.AttentionBackend;
import heed.cli.JavaTool;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The backend in `test/example`, made into a jar as somebody outside would: by javac and jar, over nothing but
/// `heed.attention`.
final class ExampleJar {
    private static final Path SOURCES = Path.of("test/example");

    private ExampleJar() {}

    /// Makes `online.jar` in `folder`.
    static Path in(Path folder) throws IOException, URISyntaxException {
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<String> words = new ArrayList<>(
                List.of("--module-path", JavaTool.attention(), "-d", classes.toString(), "-Xlint:all", "-Werror"));
        sources().forEach(source -> words.add(source.toString()));
        JavaTool.run("javac", words);
        Path services = Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(services.resolve(AttentionBackend.class.getName()), "online.OnlineBackend\n");
        Path jar = folder.resolve("online.jar");
        JavaTool.run("jar", List.of("--create", "--file", jar.toString(), "-C", classes.toString(), "."));
        return jar;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
