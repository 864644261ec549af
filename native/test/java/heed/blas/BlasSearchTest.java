package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import heed.blas.BlasLibrary.Located;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A library that the user names is the one that is used, or none is.
class BlasSearchTest {
    @TempDir
    Path directory;

    @Test
    void namedLibraryIsOpenedFromACopy() throws IOException {
        Path bundled = Libraries.bundled(directory.resolve("bundled")).copy();
        Path mine = Files.copy(bundled, directory.resolve("mine.so"));
        BlasLibrary library = locate(mine.toString());
        // In place, as a careless installer would: fatal to a process that has mapped this very file.
        Files.write(mine, new byte[4096], StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(library).isInstanceOfSatisfying(Located.class, located -> {
            assertThat(located.library()).isEqualTo(mine);
            assertThat(Libraries.open(located).config()).isPresent();
        });
    }

    @Test
    void missingFile() {
        assertThat(locate("/no/such/libopenblas.so"))
                .hasToString("heed.openblas.library must be the path of an existing file: "
                        + "heed.openblas.library=/no/such/libopenblas.so; "
                        + "correct heed.openblas.library, or unset it to use the bundled OpenBLAS");
    }

    @Test
    void variableIsNamedInItsMessage() {
        var search = Libraries.search(directory, Map.of(), Map.of("HEED_OPENBLAS_LIBRARY", "/no/such"));
        assertThat(first(search).toString())
                .startsWith(
                        "HEED_OPENBLAS_LIBRARY must be the path of an existing file: HEED_OPENBLAS_LIBRARY=/no/such;");
    }

    @Test
    void propertyGoesBeforeVariable() {
        var search = Libraries.search(
                directory, Map.of("heed.openblas.library", "/first"), Map.of("HEED_OPENBLAS_LIBRARY", "/second"));
        assertThat(first(search).toString()).contains("heed.openblas.library=/first");
    }

    @Test
    void emptySettingIsNone() {
        var search = Libraries.search(directory, Map.of(), Map.of("HEED_OPENBLAS_LIBRARY", ""));
        assertThat(first(search)).isInstanceOf(Located.class);
    }

    @Test
    void textFile() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.txt"), "not a library\n");
        assertThat(locate(text.toString()).toString())
                .startsWith("heed.openblas.library must open (")
                .contains("notes.txt: ", "): heed.openblas.library=" + text);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void truncatedLibrary() throws IOException {
        Path bundled = Libraries.bundled(directory.resolve("bundled")).copy();
        Path half = Files.copy(bundled, directory.resolve("half.so"));
        try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
            channel.truncate(Files.size(bundled) / 2);
        }
        assertThat(locate(half.toString()).toString())
                .startsWith("heed.openblas.library must be a whole library, but the file is cut short: "
                        + "heed.openblas.library=" + half);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void libraryWithoutBlas() {
        Path bundled = Libraries.bundled(directory.resolve("bundled")).copy();
        Path other = bundled.resolveSibling("libgcc_s.so.1");
        assertThat(locate(other.toString()).toString())
                .startsWith("heed.openblas.library must export cblas_sgemm: heed.openblas.library=" + other);
    }

    @Test
    void cacheThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        var search = Libraries.search(file, Map.of(), Map.of());
        assertThat(first(search).toString())
                .startsWith("bundled OpenBLAS must be copied to be opened: heed.cache=" + file)
                .endsWith("; set -Dheed.cache to a directory that can be written");
    }

    @Test
    void platformWithoutLibraries() {
        Platform other = new Platform("Plan 9", "mips");
        var search = new BlasSearch(
                new Settings(Map.of(), Map.of()),
                new LibraryExam(new LibraryCache(directory), other),
                other,
                List.of());
        assertThat(first(search).toString())
                .startsWith("heed-openblas must hold libraries for this platform: missing=heed/openblas/plan 9-mips/;");
    }

    /// Each path is examined by itself, the bundled library follows, and nothing is listed twice.
    @Test
    void listsGoBeforeTheBundledLibraryAndTheProperty() throws IOException {
        Path bundled = Libraries.bundled(directory.resolve("bundled")).copy();
        Path same = Files.copy(bundled, directory.resolve("same.so"));
        Path other = Files.copy(bundled, directory.resolve("other.so"));
        Files.write(other, new byte[1], StandardOpenOption.APPEND);
        List<BlasLibrary> all = Libraries.search(
                        directory.resolve("cache"),
                        Map.of("heed.blas.libraries", "/first" + File.pathSeparator + other),
                        Map.of("HEED_BLAS_LIBRARIES", "/second"),
                        List.of(same))
                .all();
        assertThat(all).hasSize(4);
        assertThat(all.get(0))
                .hasToString("heed.blas.libraries must be the path of an existing file: heed.blas.libraries=/first; "
                        + "correct heed.blas.libraries, or unset it to use the others");
        assertThat(all.get(1)).isInstanceOf(Located.class);
        assertThat(all.get(2).name()).isEqualTo("blas@second");
        // The same version by another content, and the system's file is the bundled one again.
        assertThat(all.get(3).name()).startsWith(all.get(1).name() + "+");
    }

    @Test
    void aNamedOpenBlasLeavesNoOther() throws IOException {
        Path bundled = Libraries.bundled(directory.resolve("bundled")).copy();
        var search = Libraries.search(
                directory.resolve("cache"), Map.of("heed.openblas.library", "/none"), Map.of(), List.of(bundled));
        assertThat(search.all()).extracting(BlasLibrary::name).containsExactly("openblas");
    }

    private static BlasLibrary first(BlasSearch search) {
        return search.all().getFirst();
    }

    private BlasLibrary locate(String path) {
        return first(Libraries.search(directory.resolve("cache"), Map.of("heed.openblas.library", path), Map.of()));
    }
}
