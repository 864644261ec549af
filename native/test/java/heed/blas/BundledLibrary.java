package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

/// The bundled OpenBLAS, opened from a cache of the test's own.
final class BundledLibrary {
    private BundledLibrary() {}

    /// Fails where it is missing: every platform that builds this module builds the libraries as well.
    static Cblas open(Path cache) {
        OpenBlasLibrary library = locator(cache, Map.of(), Map.of()).locate();
        assertThat(library).isInstanceOf(OpenBlasLibrary.Opened.class);
        return ((OpenBlasLibrary.Opened) library).cblas();
    }

    static OpenBlasLocator locator(Path cache, Map<String, String> properties, Map<String, String> variables) {
        return new OpenBlasLocator(new Settings(properties, variables), new LibraryCache(cache), Platform.current());
    }
}
