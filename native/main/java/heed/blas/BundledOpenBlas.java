package heed.blas;

import heed.blas.BlasLibrary.Missing;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /// A library of the index.
    private record Entry(String name, String sha256) {
        static Entry of(String line) {
            return new Entry(line.substring(line.indexOf("  ") + 2), line.substring(0, line.indexOf("  ")));
        }
    }

    BlasLibrary locate() {
        try {
            List<Path> copies = copies();
            return copies.isEmpty()
                    ? missing("heed-openblas must hold libraries for this platform: missing=" + directory, HINT)
                    : opened(copies);
        } catch (IOException e) {
            return missing(
                    "bundled OpenBLAS must be copied to be opened: " + CacheDirectory.PROPERTY + "=" + cache.root()
                            + " (" + e + ")",
                    "set -D" + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    /// Copies of the libraries that OpenBLAS needs, in load order: the compiler's, which a system may lack.
    List<Path> runtime() throws IOException {
        List<Path> copies = copies();
        return copies.subList(0, Math.max(0, copies.size() - 1));
    }

    private static Missing missing(String reason, String hint) {
        return new Missing("openblas", reason, hint);
    }

    /// Private copies of all, OpenBLAS last; none if there are no libraries for this platform.
    private List<Path> copies() throws IOException {
        Optional<InputStream> index = resource("libraries.sha256");
        if (index.isEmpty()) {
            return List.of();
        }
        String text = read(index.get());
        String key = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        List<Path> copies = new ArrayList<>();
        for (Entry entry : text.lines().map(Entry::of).toList()) {
            copies.add(cache.keep(key, entry.name, entry.sha256, () -> required(entry.name)));
        }
        return copies;
    }

    /// Opens those that the last one needs: the loader finds a library that is open already by its name alone.
    /// They stay open, for whatever else may have been bound to them.
    private BlasLibrary opened(List<Path> copies) throws IOException {
        for (Path copy : copies.subList(0, copies.size() - 1)) {
            if (NativeLibrary.open(copy) instanceof NativeLibrary.Unopened(var path, var reason)) {
                return ORIGIN.missing(path, "must open (" + reason + ")");
            }
        }
        Path openblas = copies.getLast();
        return exam.opened(openblas, openblas, Sha256.of(openblas), ORIGIN);
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
