package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// A library that the user names is the one that is used, or none is.
class OpenBlasLocatorTest {
    @TempDir
    Path directory;

    @Test
    void namedLibraryIsOpenedFromACopy() throws IOException {
        Path bundled = BundledLibrary.open(directory.resolve("bundled")).library();
        Path mine = Files.copy(bundled, directory.resolve("mine.so"));
        OpenBlasLibrary library = locate(mine.toString());
        // In place, as a careless installer would: fatal to a process that has mapped this very file.
        Files.write(mine, new byte[4096], StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(library).isInstanceOfSatisfying(OpenBlasLibrary.Opened.class, opened -> {
            assertThat(opened.cblas().library()).isEqualTo(mine);
            assertThat(opened.cblas().config()).isPresent();
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
        var locator = BundledLibrary.locator(directory, Map.of(), Map.of("HEED_OPENBLAS_LIBRARY", "/no/such"));
        assertThat(locator.locate().toString())
                .startsWith(
                        "HEED_OPENBLAS_LIBRARY must be the path of an existing file: HEED_OPENBLAS_LIBRARY=/no/such;");
    }

    @Test
    void propertyGoesBeforeVariable() {
        var locator = BundledLibrary.locator(
                directory, Map.of("heed.openblas.library", "/first"), Map.of("HEED_OPENBLAS_LIBRARY", "/second"));
        assertThat(locator.locate().toString()).contains("heed.openblas.library=/first");
    }

    @Test
    void emptySettingIsNone() {
        var locator = BundledLibrary.locator(directory, Map.of(), Map.of("HEED_OPENBLAS_LIBRARY", ""));
        assertThat(locator.locate()).isInstanceOf(OpenBlasLibrary.Opened.class);
    }

    @Test
    void textFile() throws IOException {
        Path text = Files.writeString(directory.resolve("notes.txt"), "not a library\n");
        assertThat(locate(text.toString()).toString())
                .startsWith("heed.openblas.library must be a library that opens: heed.openblas.library=" + text)
                .contains("notes.txt");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void truncatedLibrary() throws IOException {
        Path bundled = BundledLibrary.open(directory.resolve("bundled")).library();
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
        Path bundled = BundledLibrary.open(directory.resolve("bundled")).library();
        Path other = bundled.resolveSibling("libgcc_s.so.1");
        assertThat(locate(other.toString()).toString())
                .startsWith("a BLAS library must export cblas_sgemm: heed.openblas.library=" + other);
    }

    @Test
    void cacheThatCannotBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        var locator = BundledLibrary.locator(file, Map.of(), Map.of());
        assertThat(locator.locate().toString())
                .startsWith("bundled OpenBLAS must be copied to be opened: heed.cache=" + file)
                .endsWith("; set -Dheed.cache to a directory that can be written");
    }

    @Test
    void platformWithoutLibraries() {
        var locator = new OpenBlasLocator(
                new Settings(Map.of(), Map.of()), new LibraryCache(directory), new Platform("Plan 9", "mips"));
        assertThat(locator.locate().toString())
                .startsWith("heed-openblas must hold libraries for this platform: missing=heed/openblas/plan 9-mips/;");
    }

    private OpenBlasLibrary locate(String path) {
        return BundledLibrary.locator(directory.resolve("cache"), Map.of("heed.openblas.library", path), Map.of())
                .locate();
    }
}
