package heed.kernels.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// What Linux tells of a core's caches: a directory `index…` for each, with files `level`, `type` and `size`.
///
/// Containers and virtual machines may hide them, partly or wholly, or have empty files; a level that cannot be read is
/// not there.
final class SysfsCaches {
    private static final int LEVELS = 3;

    private SysfsCaches() {}

    /// The caches below `directory`; empty if the first two levels are not told.
    static Optional<CacheSizes> read(Path directory) {
        long[] bytes = new long[LEVELS + 1];
        try (Stream<Path> caches = Files.list(directory)) {
            caches.forEach(cache -> add(cache, bytes));
        } catch (IOException | UncheckedIOException unreadable) {
            return Optional.empty();
        }
        return bytes[1] == 0 || bytes[2] == 0
                ? Optional.empty()
                : Optional.of(new CacheSizes(bytes[1], bytes[2], bytes[3] == 0 ? bytes[2] : bytes[3]));
    }

    private static void add(Path cache, long[] bytes) {
        String type = text(cache.resolve("type"));
        long level = number(text(cache.resolve("level")));
        if (level >= 1 && level <= LEVELS && (type.equals("Data") || type.equals("Unified"))) {
            bytes[(int) level] = bytes(text(cache.resolve("size")));
        }
    }

    /// `32768K` as bytes; 0 for what is no size, and for what is too small to be one.
    static long bytes(String size) {
        int shift = size.endsWith("K") ? 10 : size.endsWith("M") ? 20 : size.endsWith("G") ? 30 : 0;
        long count = number(shift == 0 ? size : size.substring(0, size.length() - 1));
        long bytes = count << shift;
        return bytes < 1024 ? 0 : bytes;
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : 0;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            return "";
        }
    }
}
