package heed.kernels.machine;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Bytes of the caches that a core of this machine reads through: what block sizes follow from.
///
/// Linux tells them; where there is no third level, the second stands for it. Elsewhere, and in a container that hides
/// them, sizes at the small end of what there is are assumed, since a block that is smaller than need be costs a
/// little and one that does not fit costs much:
///
/// | level | property, which wins | assumed | on a Mac with Arm |
/// |-------|----------------------|---------|-------------------|
/// | 1     | `heed.cacheBytes.l1` | 32 KiB  | 128 KiB           |
/// | 2     | `heed.cacheBytes.l2` | 512 KiB | 4 MiB             |
/// | 3     | `heed.cacheBytes.l3` | 8 MiB   | 8 MiB             |
///
/// A cache that several cores share counts whole.
///
/// @param l1d bytes of the first level, data only
/// @param l2 bytes of the second level
/// @param l3 bytes of the third level
public record CacheSizes(long l1d, long l2, long l3) {
    private static final String PREFIX = "heed.cacheBytes.l";
    private static final int LEVELS = 3;

    /// The least that is taken for a cache.
    private static final long LEAST = 1024;

    private static final Path SYSFS = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final CacheSizes ASSUMED = new CacheSizes(32 << 10, 512 << 10, 8 << 20);
    private static final CacheSizes ASSUMED_APPLE = new CacheSizes(128 << 10, 4 << 20, 8 << 20);

    /// Checks the sizes.
    public CacheSizes {
        if (l1d < LEAST || l2 < LEAST || l3 < LEAST) {
            throw new IllegalArgumentException(
                    "caches must have at least 1024 bytes: l1d=" + l1d + ", l2=" + l2 + ", l3=" + l3);
        }
    }

    /// Those of the machine that this process runs on, read anew with each call.
    ///
    /// @throws IllegalArgumentException if a property is not a number of bytes
    public static CacheSizes ofThisMachine() {
        boolean apple = System.getProperty("os.name", "").startsWith("Mac")
                && System.getProperty("os.arch", "").equals("aarch64");
        return of(System::getProperty, SYSFS, apple ? ASSUMED_APPLE : ASSUMED);
    }

    static CacheSizes of(Function<String, @Nullable String> property, Path sysfs, CacheSizes assumed) {
        Optional<String> wrong = wrongProperty(property);
        if (wrong.isPresent()) {
            throw new IllegalArgumentException(wrong.get());
        }
        CacheSizes found = SysfsCaches.read(sysfs).orElse(assumed);
        return new CacheSizes(
                set(property, 1).orElse(found.l1d),
                set(property, 2).orElse(found.l2),
                set(property, 3).orElse(found.l3));
    }

    /// What is wrong with the properties, in a sentence, if anything is.
    public static Optional<String> wrongProperty(Function<String, @Nullable String> property) {
        for (int level = 1; level <= LEVELS; level++) {
            String name = PREFIX + level;
            String value = property.apply(name);
            if (value != null && !isSize(value)) {
                return Optional.of(name + " must be a number of bytes, at least 1024: " + name + "=" + value);
            }
        }
        return Optional.empty();
    }

    private static boolean isSize(String value) {
        return value.matches("[0-9]{4,18}") && Long.parseLong(value) >= LEAST;
    }

    private static OptionalLong set(Function<String, @Nullable String> property, int level) {
        String value = property.apply(PREFIX + level);
        return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(value));
    }
}
