package heed.blas;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Libraries that an artifact carries as resources, with those they need.
///
/// Their index, `libraries.sha256`, has the format of the `sha256sum` command: a hash, two spaces, a name; in load
/// order.
///
/// @param cache where the copies that are opened lie
/// @param module the artifact's module
/// @param directory the resources' directory, with a slash behind
record BundledLibraries(LibraryCache cache, String module, String directory) {
    /// A private copy of a library of the index.
    record Copy(Path path, String sha256) {}

    /// Copies of all, each after those it needs; none if the artifact has none for this platform.
    ///
    /// @throws IOException if a copy cannot be written
    List<Copy> copies() throws IOException {
        Optional<InputStream> index = resource("libraries.sha256");
        return index.isPresent() ? copies(read(index.get())) : List.of();
    }

    private List<Copy> copies(String index) throws IOException {
        String key = Sha256.of(index.getBytes(StandardCharsets.UTF_8));
        List<Copy> copies = new ArrayList<>();
        for (String line : index.lines().toList()) {
            String name = line.substring(line.indexOf("  ") + 2);
            String sha256 = line.substring(0, line.indexOf("  "));
            copies.add(new Copy(cache.keep(key, name, sha256, () -> required(name)), sha256));
        }
        return copies;
    }

    /// Opens copies in their order, for good: the loader finds a library that is open already by its name alone.
    ///
    /// @return the last, or the first that did not open; empty if there are none
    static Optional<NativeLibrary> open(List<Copy> copies) {
        Optional<NativeLibrary> last = Optional.empty();
        for (Copy copy : copies) {
            last = Optional.of(NativeLibrary.open(copy.path));
            if (last.get() instanceof NativeLibrary.Unopened) {
                break;
            }
        }
        return last;
    }

    private InputStream required(String name) throws IOException {
        return resource(name).orElseThrow(() -> new FileNotFoundException(directory + name));
    }

    /// From the module where there is one, else from the class path.
    private Optional<InputStream> resource(String name) throws IOException {
        Class<?> here = BundledLibraries.class;
        Optional<Module> from = Optional.ofNullable(here.getModule().getLayer()).flatMap(l -> l.findModule(module));
        return Optional.ofNullable(
                from.isPresent()
                        ? from.get().getResourceAsStream(directory + name)
                        : here.getClassLoader().getResourceAsStream(directory + name));
    }

    private static String read(InputStream in) throws IOException {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
