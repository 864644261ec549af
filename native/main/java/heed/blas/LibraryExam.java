package heed.blas;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.blas.BlasLibrary.Located;
import heed.blas.BlasLibrary.Missing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// Examines a file before it is used as a BLAS library: what can be read from it, then a private copy tried in a
/// process of its own, then opened, asked and held against plain loops in this one, and closed.
final class LibraryExam {
    private static final String ANOTHER_CACHE =
            ", or set " + CacheDirectory.PROPERTY + " to a directory that can be written";

    private final LibraryCache cache;
    private final Platform platform;
    private final LibraryTrial trial = new LibraryTrial(TrialMain.Task.MULTIPLY);

    LibraryExam(LibraryCache cache, Platform platform) {
        this.cache = cache;
        this.platform = platform;
    }

    static LibraryExam ofProcess() {
        return new LibraryExam(LibraryCache.ofUser(), Platform.current());
    }

    LibraryCache cache() {
        return cache;
    }

    /// A library that is to replace one in use.
    ///
    /// @throws BackendUnavailableException if it is not fit
    Located replacement(Path library) {
        return switch (examine(library.toString(), Origin.REPLACEMENT)) {
            case Located located -> located;
            case Missing(var name, var reason, var hint) ->
                throw new BackendUnavailableException(name, new Availability.Unavailable(reason, hint));
        };
    }

    /// The library at `path`, or what is against it. Never throws for a file that is no library.
    BlasLibrary examine(String path, Origin origin) {
        try {
            Path library = Path.of(path);
            Optional<String> obstacle = LibraryFile.obstacle(library, platform);
            if (obstacle.isPresent()) {
                return origin.missing(path, obstacle.get());
            }
            Optional<String> behind = LibraryFile.behind(library);
            return behind.isPresent()
                    ? origin.missing(
                            path, "must be the library that computes, and this one is a front of " + behind.get())
                    : tried(library, origin);
        } catch (InvalidPathException e) {
            return origin.missing(path, "must be a path");
        } catch (IOException e) {
            return origin.missing(path, "must be copied and tried before it is opened (" + e + ")", ANOTHER_CACHE);
        }
    }

    private BlasLibrary tried(Path library, Origin origin) throws IOException {
        String sha256 = Sha256.of(library);
        Path copy = cache.keep(sha256, library.getFileName().toString(), sha256, () -> Files.newInputStream(library));
        Optional<String> obstacle = trial.obstacle(copy, () -> new BundledOpenBlas(this, platform).runtime());
        if (obstacle.isPresent()) {
            String hint = obstacle.get().startsWith("must open")
                    ? "; libraries that it needs must be where the system finds them, not only beside it"
                    : "";
            return origin.missing(library.toString(), obstacle.get(), hint);
        }
        return switch (opened(library, copy, sha256, origin)) {
            // The trial has found out what the library does not tell, but on Apple's systems.
            case Located located
            when located.identity().integerBits().isEmpty() && !platform.isMac() -> located.with32BitIntegers();
            case BlasLibrary other -> other;
        };
    }

    /// Opens a copy that is known to do this process no harm, asks it, tests it and closes it.
    BlasLibrary opened(Path library, Path copy, String sha256, Origin origin) {
        return switch (NativeLibrary.open(copy)) {
            case NativeLibrary.Unopened(var _, var reason) -> origin.missing(library, "must open (" + reason + ")");
            case NativeLibrary.Opened handle -> {
                try (handle) {
                    yield asked(handle, library, copy, sha256, origin);
                }
            }
        };
    }

    private static BlasLibrary asked(
            NativeLibrary.Opened handle, Path library, Path copy, String sha256, Origin origin) {
        Optional<String> missing = CblasAddresses.missing(handle.symbols());
        if (missing.isPresent()) {
            return origin.missing(library, missing.get());
        }
        Cblas cblas = Cblas.of(handle, library);
        BlasIdentity identity = BlasIdentity.of(cblas, handle.symbols(), sha256);
        // The same names with 64-bit sizes: calling it with 32-bit ones would hand it garbage in the upper halves.
        if (identity.integerBits().orElse(32) != 32) {
            return origin.missing(library, BlasIdentity.WRONG_INTEGERS);
        }
        Optional<String> wrong = new ProductCheck(cblas).wrong();
        return wrong.isPresent()
                ? origin.missing(library, "must multiply rightly, and its " + wrong.get())
                : new Located(identity.name(), library, copy, sha256, identity, cblas.setNumThreads(1));
    }
}
