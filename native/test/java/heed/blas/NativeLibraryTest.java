package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
    @TempDir
    Path directory;

    @Test
    void missingFileIsAValueWithTheLoadersReason() {
        Path missing = directory.resolve("libmissing.so");
        assertThat(NativeLibrary.open(missing)).isInstanceOfSatisfying(NativeLibrary.Unopened.class, unopened -> {
            assertThat(unopened.path()).isEqualTo(missing);
            assertThat(unopened.reason()).contains("libmissing.so").hasLineCount(1);
        });
    }

    @Test
    void textFileIsAValueWithTheLoadersReason() throws IOException {
        Path text = Files.writeString(
                directory.resolve("libtext.so"),
                "not a library, but longer than an ELF header: "
                        + "the loader reads 64 bytes before it looks at any of them");
        assertThat(NativeLibrary.open(text))
                .isInstanceOfSatisfying(
                        NativeLibrary.Unopened.class,
                        unopened -> assertThat(unopened.reason())
                                .contains("libtext.so")
                                .hasLineCount(1));
    }
}
