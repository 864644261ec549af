package heed.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Size of the largest cache, which a measurement of memory must exceed.
public final class LastLevelCache {
    /// Where the system does not tell: larger than most.
    private static final long ASSUMED = 64L << 20;

    private LastLevelCache() {}

    /// Bytes that a measurement of memory reads in turn, four times its size: none of them is still in it then.
    public static long exceeded() {
        return 4 * bytes();
    }

    static long bytes() {
        Path caches = Path.of("/sys/devices/system/cpu/cpu0/cache");
        if (!Files.isDirectory(caches)) {
            return ASSUMED;
        }
        try (Stream<Path> levels = Files.list(caches)) {
            return levels.map(level -> level.resolve("size"))
                    .filter(Files::isReadable)
                    .mapToLong(LastLevelCache::read)
                    .max()
                    .orElse(ASSUMED);
        } catch (IOException unreadable) {
            return ASSUMED;
        }
    }

    private static long read(Path size) {
        try {
            return parse(Files.readString(size).strip());
        } catch (IOException | NumberFormatException unreadable) {
            return 0;
        }
    }

    /// `32768K` as bytes.
    static long parse(String size) {
        int shift = size.endsWith("K") ? 10 : size.endsWith("M") ? 20 : 0;
        return Long.parseLong(shift == 0 ? size : size.substring(0, size.length() - 1)) << shift;
    }
}
