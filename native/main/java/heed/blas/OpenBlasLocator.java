package heed.blas;

import heed.blas.OpenBlasLibrary.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Finds OpenBLAS: the library that the user names, else the bundled one.
///
/// The system property `heed.openblas.library` comes first, then the environment variable
/// `HEED_OPENBLAS_LIBRARY`; either is the path of a file. A library that is named is used or is
/// missing: nobody who named one is served by another.
public final class OpenBlasLocator {
    /// The system property that names a library file.
    public static final String PROPERTY = "heed.openblas.library";
    /// The environment variable that names a library file.
    public static final String VARIABLE = "HEED_OPENBLAS_LIBRARY";

    private final Settings settings;
    private final LibraryCache cache;
    private final Platform platform;

    OpenBlasLocator(Settings settings, LibraryCache cache, Platform platform) {
        this.settings = settings;
        this.cache = cache;
        this.platform = platform;
    }

    /// A locator that reads the settings of this process as they are now.
    public static OpenBlasLocator ofProcess() {
        return new OpenBlasLocator(Settings.ofProcess(), LibraryCache.ofUser(), Platform.current());
    }

    /// Opens the library. Reads it once to check its hash, so ask once and keep the answer.
    public OpenBlasLibrary locate() {
        return settings.find(PROPERTY, VARIABLE)
                .map(this::named)
                .orElseGet(() -> new BundledOpenBlas(cache, platform).open());
    }

    private OpenBlasLibrary named(Settings.Setting setting) {
        String hint = "correct " + setting.name() + ", or unset it to use the bundled OpenBLAS";
        try {
            Path library = Path.of(setting.value());
            if (!Files.isRegularFile(library)) {
                return new Missing(setting.name() + " must be the path of an existing file: " + setting, hint);
            }
            if (ElfFile.isTruncated(library)) {
                return new Missing(
                        setting.name() + " must be a whole library, but the file is cut short: " + setting, hint);
            }
            return open(setting, library, hint);
        } catch (InvalidPathException e) {
            return new Missing(setting.name() + " must be a path: " + setting, hint);
        } catch (IOException e) {
            return new Missing(
                    setting.name() + " must be copied to be opened: " + setting + " (" + e + ")",
                    hint + ", or set " + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    private OpenBlasLibrary open(Settings.Setting setting, Path library, String hint) throws IOException {
        String sha256 = Sha256.of(library);
        String name = library.getFileName().toString();
        Path copy = cache.keep(sha256, name, sha256, () -> Files.newInputStream(library));
        return switch (NativeLibrary.open(copy)) {
            case NativeLibrary.Unopened no ->
                new Missing(
                        setting.name() + " must be a library that opens: " + setting + " (" + no.reason() + ")",
                        hint + "; libraries that it needs must be where the system finds them, not only beside it");
            case NativeLibrary.Opened opened -> Cblas.of(opened, library, setting.toString(), hint);
        };
    }
}
