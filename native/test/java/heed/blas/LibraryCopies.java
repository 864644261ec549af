package heed.blas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Copies of the bundled OpenBLAS that differ by a byte after their end, so that each is a library of its own to the
/// cache and to the loader.
final class LibraryCopies {
    private LibraryCopies() {}

    static Path make(Path folder, int number) throws IOException {
        Path bundled = Libraries.bundled(folder.resolve("bundled")).copy();
        Path copy = Files.copy(bundled, folder.resolve("libopenblas-" + number + ".so"));
        return Files.write(copy, new byte[] {(byte) number}, StandardOpenOption.APPEND);
    }
}
