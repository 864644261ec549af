package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
    void directoryIsNoFile() {
        assertThat(NativeLibrary.open(directory))
                .isEqualTo(new NativeLibrary.Unopened(directory, directory + ": no file"));
    }

    /// The loader would wait for somebody to write into it.
    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void pipeIsNoFile() throws Exception {
        Path pipe = Pipes.make(directory.resolve("libpipe.so"));
        assertThat(NativeLibrary.open(pipe)).isEqualTo(new NativeLibrary.Unopened(pipe, pipe + ": no file"));
    }

    /// The loader would map what is not there, and the process end by SIGBUS. Without section headers nothing tells
    /// but the segments.
    @Test
    @EnabledOnOs(OS.LINUX)
    void fileThatIsCutShort() throws Exception {
        byte[] whole = Files.readAllBytes(CLibrary.compile(directory.resolve("libwhole.so")));
        Arrays.fill(whole, 0x28, 0x30, (byte) 0); // e_shoff
        Arrays.fill(whole, 0x3C, 0x3E, (byte) 0); // e_shnum
        Path stripped = Files.write(directory.resolve("libstripped.so"), whole);
        assertThat(NativeLibrary.open(stripped)).isInstanceOf(NativeLibrary.Opened.class);
        Path cut = Files.write(directory.resolve("libcut.so"), Arrays.copyOf(whole, 4096));
        assertThat(NativeLibrary.open(cut)).isEqualTo(new NativeLibrary.Unopened(cut, cut + ": the file is cut short"));
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
