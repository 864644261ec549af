package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a file that is named as oneDNN and is none, whatever the processor.
@EnabledOnOs(OS.LINUX)
final class OneDnnNamedTest {
    @Test
    void aNamedLibraryIsUsedOrMissing(@TempDir Path directory) throws IOException {
        Path text = Files.writeString(directory.resolve("libtext.so"), "no library");
        assertThat(reason(directory, directory.resolve("none.so")))
                .startsWith("heed.onednn.library must be the path of an existing file: ");
        assertThat(reason(directory, text)).startsWith("heed.onednn.library must open (");
    }

    /// It is tried in a process of its own, since it would take this one along.
    @Test
    void aNamedLibraryWhoseInitialiserCrashes(@TempDir Path directory) throws Exception {
        Path library = CLibrary.compile(directory.resolve("libdnnl.so"), "-DINITIALISER=__builtin_trap()");
        assertThat(reason(directory, library))
                .startsWith("heed.onednn.library must open, and its initialiser ended the process that tried it, with")
                .endsWith(": heed.onednn.library=" + library);
    }

    @Test
    void anotherLibraryLacksItsFunctions(@TempDir Path directory) {
        Path openBlas = Libraries.bundled(directory).copy();
        assertThat(reason(directory, openBlas)).startsWith("oneDNN must export dnnl_version: ");
    }

    private static String reason(Path cache, Path library) {
        return ((OneDnnLibrary.Missing) locate(cache, library)).reason();
    }

    static OneDnnLibrary locate(Path cache, Path library) {
        Settings settings = new Settings(Map.of(OneDnnLocator.PROPERTY, library.toString()), Map.of());
        return new OneDnnLocator(settings, new LibraryCache(cache), Platform.current()).locate();
    }
}
