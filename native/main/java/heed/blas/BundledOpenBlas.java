package heed.blas;

import heed.blas.OpenBlasLibrary.Missing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// The OpenBLAS that the artifact `heed-openblas` carries, with the compiler's runtime libraries that it needs.
///
/// Its index, `libraries.sha256`, has the format of the `sha256sum` command: a hash, two spaces, a name; in load order.
final class BundledOpenBlas {
    private static final String HINT = "use heed-openblas as built on this platform, or set " + OpenBlasLocator.VARIABLE
            + " to an OpenBLAS of yours";

    private final LibraryCache cache;
    private final String directory;

    BundledOpenBlas(LibraryCache cache, Platform platform) {
        this.cache = cache;
        this.directory = "heed/openblas/" + platform.classifier() + "/";
    }

    OpenBlasLibrary open() {
        try {
            Optional<InputStream> index = resource("libraries.sha256");
            return index.isPresent()
                    ? open(read(index.get()))
                    : new Missing("heed-openblas must hold libraries for this platform: missing=" + directory, HINT);
        } catch (IOException e) {
            return new Missing(
                    "bundled OpenBLAS must be copied to be opened: " + CacheDirectory.PROPERTY + "=" + cache.root()
                            + " (" + e + ")",
                    "set -D" + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    /// Opens all, each after those it needs: the loader finds a library that is open already by its name alone.
    private OpenBlasLibrary open(String index) throws IOException {
        String key = Sha256.of(index.getBytes(StandardCharsets.UTF_8));
        NativeLibrary last = new NativeLibrary.Unopened(Path.of(directory), "its index is empty");
        for (String line : index.lines().toList()) {
            String name = line.substring(line.indexOf("  ") + 2);
            String sha256 = line.substring(0, line.indexOf("  "));
            last = NativeLibrary.open(cache.keep(key, name, sha256, () -> required(name)));
            if (last instanceof NativeLibrary.Unopened) {
                break;
            }
        }
        return switch (last) {
            case NativeLibrary.Unopened no ->
                new Missing("bundled OpenBLAS must open: library=" + no.path() + " (" + no.reason() + ")", HINT);
            case NativeLibrary.Opened opened -> Cblas.of(opened, opened.path(), "library=" + opened.path(), HINT);
        };
    }

    private InputStream required(String name) throws IOException {
        return resource(name).orElseThrow(() -> new FileNotFoundException(directory + name));
    }

    /// From the module where there is one, else from the class path.
    private Optional<InputStream> resource(String name) throws IOException {
        Class<?> here = BundledOpenBlas.class;
        Optional<Module> module =
                Optional.ofNullable(here.getModule().getLayer()).flatMap(l -> l.findModule("heed.openblas"));
        return Optional.ofNullable(
                module.isPresent()
                        ? module.get().getResourceAsStream(directory + name)
                        : here.getClassLoader().getResourceAsStream(directory + name));
    }

    private static String read(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
