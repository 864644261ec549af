package heed.cli.application;

import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.conformance.GoldenContract;
import heed.conformance.LengthsContract;
import heed.conformance.MergeContract;
import heed.conformance.PagedContract;
import heed.conformance.RefusalContract;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The example backend from its jar, on the class path, in fewer than 150 lines. It keeps the whole
/// [heed.conformance.AttentionBackendContract]; here are the parts that take seconds, the golden cases among them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExampleBackendTest
        implements GoldenContract, LengthsContract, PagedContract, MergeContract, RefusalContract {
    @TempDir
    static Path folder = Path.of("");

    private URLClassLoader loader = new URLClassLoader(new URL[0]);
    private Optional<AttentionBackend> backend = Optional.empty();

    @BeforeAll
    void makeJar() throws Exception {
        URL jar = ExampleJar.in(folder).toUri().toURL();
        loader = new URLClassLoader(new URL[] {jar}, AttentionBackend.class.getClassLoader());
        backend = ServiceLoader.load(AttentionBackend.class, loader).stream()
                .filter(provider -> provider.type().getName().equals("online.OnlineBackend"))
                .map(ServiceLoader.Provider::get)
                .findFirst();
    }

    @AfterAll
    void close() throws IOException {
        loader.close();
    }

    @Override
    public AttentionBackend backend() {
        return backend.orElseThrow();
    }

    @Test
    void isShort() throws IOException {
        try (var lines = Files.lines(Path.of("test/example/online/OnlineBackend.java"))) {
            assertTrue(lines.count() < 150);
        }
    }
}
