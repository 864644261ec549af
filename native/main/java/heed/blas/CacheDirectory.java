package heed.blas;

import java.nio.file.Path;

/// Where the cache of one user lies.
///
/// | system  | directory                                        |
/// |---------|--------------------------------------------------|
/// | any     | the system property `heed.cache`, if set         |
/// | Linux   | `$XDG_CACHE_HOME/heed`, else `~/.cache/heed`     |
/// | macOS   | `~/Library/Caches/heed`                          |
/// | Windows | `%LOCALAPPDATA%\heed`, else `~\AppData\Local\heed` |
final class CacheDirectory {
    static final String PROPERTY = "heed.cache";

    private CacheDirectory() {}

    static Path of(Settings settings, Platform platform) {
        return settings.property(PROPERTY)
                .map(set -> Path.of(set.value()))
                .orElseGet(() -> ofSystem(settings, platform).resolve("heed"));
    }

    private static Path ofSystem(Settings settings, Platform platform) {
        Path home = Path.of(
                settings.property("user.home").map(Settings.Setting::value).orElse("."));
        if (platform.isMac()) {
            return home.resolve("Library", "Caches");
        }
        return platform.isWindows()
                ? base(settings, "LOCALAPPDATA", home.resolve("AppData", "Local"))
                : base(settings, "XDG_CACHE_HOME", home.resolve(".cache"));
    }

    /// A relative base directory is to be ignored, says the XDG base directory specification.
    private static Path base(Settings settings, String variable, Path otherwise) {
        return settings.variable(variable)
                .map(set -> Path.of(set.value()))
                .filter(Path::isAbsolute)
                .orElse(otherwise);
    }
}
