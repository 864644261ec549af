package heed.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.model.weights.ModelFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CacheTest {
    /// SHA-256 of "abc": FIPS 180-2, appendix B.1.
    private static final Cache.Content ABC =
            new Cache.Content("abc.txt", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    private final AtomicInteger opened = new AtomicInteger();

    @TempDir
    private Path folder = Path.of("");

    private Cache.Source source(String text) {
        return () -> {
            opened.incrementAndGet();
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        };
    }

    @Test
    void writesOnceAndRepairsDamage() throws IOException {
        Path file = Cache.file(folder, ABC, source("abc"));
        assertEquals("abc", Files.readString(file));
        assertEquals(file, Cache.file(folder, ABC, source("abc")));
        assertEquals(1, opened.get());
        Files.writeString(file, "abd");
        assertEquals("abc", Files.readString(Cache.file(folder, ABC, source("abc"))));
        assertEquals(2, opened.get());
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void refusesAWrongSourceAndLeavesNothing() throws IOException {
        ModelFileException refused =
                assertThrows(ModelFileException.class, () -> Cache.file(folder, ABC, source("abcd")));
        assertTrue(refused.getMessage().contains(ABC.sha256()), refused.getMessage());
        try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void saysHowToMoveACacheThatCannotBeWritten() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        ModelFileException refused =
                assertThrows(ModelFileException.class, () -> Cache.file(notAFolder, ABC, source("abc")));
        assertTrue(refused.getMessage().contains("-Dheed.cache=DIR"), refused.getMessage());
    }
}
