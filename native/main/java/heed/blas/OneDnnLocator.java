package heed.blas;

import heed.blas.OneDnnLibrary.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds oneDNN: the library that the user names, else the bundled one.
///
/// As with OpenBLAS, a library that is named is used or is missing.
record OneDnnLocator(Settings settings, LibraryCache cache, Platform platform) {
    /// The system property that names a library file.
    static final String PROPERTY = "heed.onednn.library";
    /// The environment variable that names a library file.
    static final String VARIABLE = "HEED_ONEDNN_LIBRARY";

    private static final String HINT =
            "set " + VARIABLE + " to a oneDNN of yours, or use the vector backend, which computes bf16 in f32";

    /// A locator that reads the settings of this process as they are now.
    static OneDnnLocator ofProcess() {
        return new OneDnnLocator(Settings.ofProcess(), LibraryCache.ofUser(), Platform.current());
    }

    /// Opens the library. Reads it once to check its hash, so ask once and keep the answer.
    OneDnnLibrary locate() {
        Optional<Settings.Setting> named = settings.find(PROPERTY, VARIABLE);
        return named.isPresent() ? named(named.get()) : bundled();
    }

    private OneDnnLibrary bundled() {
        String directory = "heed/onednn/" + platform.classifier() + "/";
        try {
            Optional<NativeLibrary> last =
                    BundledLibraries.open(new BundledLibraries(cache, "heed.onednn", directory).copies());
            return last.isPresent()
                    ? opened(
                            last.get(),
                            last.get().path(),
                            "library=" + last.get().path(),
                            HINT)
                    : new Missing("heed-onednn must hold libraries for this platform: missing=" + directory, HINT);
        } catch (IOException e) {
            return new Missing(
                    "bundled oneDNN must be copied to be opened: " + CacheDirectory.PROPERTY + "=" + cache.root() + " ("
                            + e + ")",
                    "set -D" + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    private OneDnnLibrary named(Settings.Setting setting) {
        String hint = "correct " + setting.name() + ", or unset it to use the bundled oneDNN";
        try {
            Path library = Path.of(setting.value());
            Optional<String> obstacle = LibraryFile.obstacle(library, Platform.current());
            if (obstacle.isPresent()) {
                return new Missing(setting.name() + " " + obstacle.get() + ": " + setting, hint);
            }
            String sha256 = Sha256.of(library);
            String name = library.getFileName().toString();
            Path copy = cache.keep(sha256, name, sha256, () -> Files.newInputStream(library));
            Optional<String> harm = new LibraryTrial(TrialMain.Task.OPEN).obstacle(copy, List::of);
            if (harm.isPresent()) {
                return new Missing(setting.name() + " " + harm.get() + ": " + setting, hint);
            }
            return opened(NativeLibrary.open(copy), library, setting.toString(), hint);
        } catch (InvalidPathException e) {
            return new Missing(setting.name() + " must be a path: " + setting, hint);
        } catch (IOException e) {
            return new Missing(
                    setting.name() + " must be copied and tried before it is opened: " + setting + " (" + e + ")",
                    hint + ", or set " + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    private static OneDnnLibrary opened(NativeLibrary library, Path path, String setting, String hint) {
        return switch (library) {
            case NativeLibrary.Unopened no ->
                new Missing("oneDNN must be a library that opens: " + setting + " (" + no.reason() + ")", hint);
            case NativeLibrary.Opened opened -> asked(opened, path, setting, hint);
        };
    }

    /// It may find that it cannot compute here.
    private static OneDnnLibrary asked(NativeLibrary.Opened opened, Path path, String setting, String hint) {
        try {
            return Dnnl.of(opened, path, setting, hint);
        } catch (IllegalStateException failure) {
            return new Missing(failure.getMessage() + ": " + setting, hint);
        }
    }
}
