package heed.blas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryCacheTest {
    private static final int THREADS = 8;
    private static final byte[] CONTENT = "the library".repeat(100_000).getBytes(UTF_8);
    private static final String SHA256 = Sha256.of(CONTENT);

    @TempDir
    Path root;

    @Test
    void keepsTheContent() throws IOException {
        Path kept = keep(new LibraryCache(root));
        assertThat(kept).isEqualTo(root.resolve("key", "lib.so")).hasBinaryContent(CONTENT);
    }

    @Test
    void keptFileIsNotReadAgain() throws IOException {
        LibraryCache cache = new LibraryCache(root);
        Path kept = keep(cache);
        assertThat(cache.keep("key", "lib.so", SHA256, () -> {
                    throw new AssertionError("the source was opened");
                }))
                .isEqualTo(kept);
    }

    /// Whoever has the broken file open goes on seeing it: it was replaced, not written to.
    @Test
    void brokenFileIsReplaced() throws IOException {
        LibraryCache cache = new LibraryCache(root);
        Path kept = keep(cache);
        Files.writeString(kept, "broken", StandardOpenOption.TRUNCATE_EXISTING);
        try (FileChannel broken = FileChannel.open(kept)) {
            keep(cache);
            assertThat(kept).hasBinaryContent(CONTENT);
            ByteBuffer seen = ByteBuffer.allocate(CONTENT.length);
            broken.read(seen);
            assertThat(new String(seen.array(), 0, seen.position(), UTF_8)).isEqualTo("broken");
        }
    }

    @Test
    void wrongSourceLeavesNothing() {
        assertThatIOException()
                .isThrownBy(() -> new LibraryCache(root)
                        .keep("key", "lib.so", SHA256, () -> new ByteArrayInputStream(new byte[3])))
                .withMessageStartingWith("library must keep its content while it is copied: name=lib.so, sha256=");
        assertThat(root.resolve("key")).isEmptyDirectory();
    }

    @Test
    void manyMayFillItAtOnce() throws Exception {
        CountDownLatch start = new CountDownLatch(THREADS);
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Path>> kept = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                kept.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    // A cache of its own, as another process would have.
                    return keep(new LibraryCache(root));
                }));
            }
            for (Future<Path> one : kept) {
                assertThat(one.get()).hasBinaryContent(CONTENT);
            }
        }
        assertThat(root.resolve("key")).isDirectoryNotContaining("glob:**.part");
    }

    private static Path keep(LibraryCache cache) throws IOException {
        return cache.keep("key", "lib.so", SHA256, () -> new ByteArrayInputStream(CONTENT));
    }
}
