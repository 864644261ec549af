package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The example backend from its jar, on the class path: it keeps the whole contract, in fewer than 150 lines.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExampleBackendTest implements AttentionBackendContract {
    @TempDir
    static Path folder = Path.of("");

    private URLClassLoader loader = new URLClassLoader(new URL[0]);

    @BeforeAll
    void makeJar() throws Exception {
        URL jar = ExampleJar.in(folder).toUri().toURL();
        loader = new URLClassLoader(new URL[] {jar}, AttentionBackend.class.getClassLoader());
    }

    @AfterAll
    void close() throws IOException {
        loader.close();
    }

    @Override
    public AttentionBackend backend() {
        return ServiceLoader.load(AttentionBackend.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .filter(backend -> backend.name().equals("online"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void isShort() throws IOException {
        try (var lines = Files.lines(Path.of("test/example/online/OnlineBackend.java"))) {
            assertTrue(lines.count() < 150);
        }
    }
}
