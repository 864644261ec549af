package heed.blas;

import heed.blas.BlasLibrary.Missing;
import heed.blas.BundledLibraries.Copy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The OpenBLAS that the artifact `heed-openblas` carries, with the compiler's runtime libraries that it needs.
final class BundledOpenBlas {
    private static final String HINT =
            "use heed-openblas as built on this platform, or set " + BlasSearch.LIBRARIES + " to libraries of yours";
    private static final Origin ORIGIN = new Origin("bundled OpenBLAS", "library", HINT);

    private final LibraryExam exam;
    private final BundledLibraries libraries;

    BundledOpenBlas(LibraryExam exam, Platform platform) {
        this.exam = exam;
        libraries = new BundledLibraries(exam.cache(), "heed.openblas", "heed/openblas/" + platform.classifier() + "/");
    }

    BlasLibrary locate() {
        try {
            List<Copy> copies = libraries.copies();
            return copies.isEmpty()
                    ? missing(
                            "heed-openblas must hold libraries for this platform: missing=" + libraries.directory(),
                            HINT)
                    : opened(copies);
        } catch (IOException e) {
            return missing(
                    "bundled OpenBLAS must be copied to be opened: " + CacheDirectory.PROPERTY + "="
                            + exam.cache().root() + " (" + e + ")",
                    "set -D" + CacheDirectory.PROPERTY + " to a directory that can be written");
        }
    }

    /// Copies of the libraries that OpenBLAS needs, in load order: the compiler's, which a system may lack.
    List<Path> runtime() throws IOException {
        return neighbours(libraries.copies()).stream().map(Copy::path).toList();
    }

    private static List<Copy> neighbours(List<Copy> copies) {
        return copies.subList(0, Math.max(0, copies.size() - 1));
    }

    private static Missing missing(String reason, String hint) {
        return new Missing("openblas", reason, hint);
    }

    /// Opens those that the last one needs; they stay open, for whatever else may have been bound to them.
    private BlasLibrary opened(List<Copy> copies) {
        Optional<NativeLibrary> last = BundledLibraries.open(neighbours(copies));
        if (last.isPresent() && last.get() instanceof NativeLibrary.Unopened(var path, var reason)) {
            return ORIGIN.missing(path, "must open (" + reason + ")");
        }
        Copy openblas = copies.getLast();
        return exam.opened(openblas.path(), openblas.path(), openblas.sha256(), ORIGIN);
    }
}
