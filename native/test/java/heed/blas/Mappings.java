package heed.blas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What of a file or folder this process has mapped, as Linux tells.
final class Mappings {
    private Mappings() {}

    /// Lines of `/proc/self/maps` that name `path` or a file below it.
    static long of(Path path) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains(" " + path)).count();
        }
    }

    /// Files that this process has open.
    static long openFiles() throws IOException {
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }
}
