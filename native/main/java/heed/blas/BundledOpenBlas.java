package heed.blas;

import heed.blas.BlasLibrary.Missing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The OpenBLAS that the artifact `heed-openblas` carries, with the compiler's runtime libraries that it needs.
///
/// Its index, `libraries.sha256`, has the format of the `sha256sum` command: a hash, two spaces, a name; in
/// load order.
final class BundledOpenBlas {
    private static final String HINT =
            "use heed-openblas as built on this platform, or set " + BlasSearch.LIBRARIES + " to libraries of yours";
    private static final Origin ORIGIN = new Origin("bundled OpenBLAS", "library", HINT);

    private final LibraryExam exam;
    private final LibraryCache cache;
    private final String directory;

    BundledOpenBlas(LibraryExam exam, Platform platform) {
        this.exam = exam;
        this.cache = exam.cache();
        this.directory = "heed/openblas/" + platform.classifier() + "/";
    }

    BlasLibrary locate() {
        try {
            Optional<InputStream> index = resource("libraries.sha256");
            return index.isPresent()
                    ? locate(read(index.get()))
                    : missing("heed-openblas must hold libraries for this platform: missing=" + directory, HINT);
        } catch (IOException e) {
            return missing(
                    "bundled OpenBLAS must be copied to be opened: " + CacheDirectory.PROPERTY + "=" + cache.root()
                            + " (" + e + ")",
                    "set -D" + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    private static Missing missing(String reason, String hint) {
        return new Missing("openblas", reason, hint);
    }

    /// Opens those that the last one needs: the loader finds a library that is open already by its name alone.
    /// They stay open, for whatever else may have been bound to them.
    private BlasLibrary locate(String index) throws IOException {
        String key = Sha256.of(index.getBytes(StandardCharsets.UTF_8));
        List<String> lines = index.lines().toList();
        for (String line : lines) {
            String name = line.substring(line.indexOf("  ") + 2);
            String sha256 = line.substring(0, line.indexOf("  "));
            Path copy = cache.keep(key, name, sha256, () -> required(name));
            if (line.equals(lines.getLast())) {
                return exam.opened(copy, copy, sha256, ORIGIN);
            }
            if (NativeLibrary.open(copy) instanceof NativeLibrary.Unopened(var path, var reason)) {
                return ORIGIN.missing(path, "must open (" + reason + ")");
            }
        }
        return missing("heed-openblas must name its libraries: " + directory + "libraries.sha256 is empty", HINT);
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
