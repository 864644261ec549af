package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import heed.blas.BlasLibrary.Located;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What may be wrong with a library is one sentence, and this process lives on.
@EnabledOnOs(OS.LINUX)
class LibraryExamTest {
    private static final Origin ORIGIN = new Origin("the library", "library", "take another");

    @TempDir
    Path directory;

    private BlasLibrary examined(String... options) throws IOException, InterruptedException {
        return examine(CLibrary.compile(directory.resolve("libmine.so"), options));
    }

    private BlasLibrary examine(Path library) {
        return Libraries.exam(directory.resolve("cache")).examine(library.toString(), ORIGIN);
    }

    private String sentence(String rule) {
        return "the library " + rule + ": library=" + directory.resolve("libmine.so") + "; take another";
    }

    @Test
    void anyCblasWillDo() throws Exception {
        assertThat(examined()).isInstanceOfSatisfying(Located.class, located -> {
            assertThat(located.name()).isEqualTo("blas@" + located.sha256().substring(0, 12));
            assertThat(located.identity().integerBits()).hasValue(32);
            assertThat(located.setsThreads()).isFalse();
        });
    }

    @Test
    void mklIsToldByItsVersion() throws Exception {
        String version = "Intel(R) oneAPI Math Kernel Library Version 2024.1-Product Build 20240215";
        assertThat(examined("-DMKL=\"" + version + "\"")).isInstanceOfSatisfying(Located.class, located -> {
            assertThat(located.name()).isEqualTo("mkl@2024.1");
            assertThat(located.identity().details()).containsEntry("configuration", version);
            assertThat(located.setsThreads()).isTrue();
        });
    }

    @Test
    void anInitialiserThatCrashes() throws Exception {
        assertThat(examined("-DINITIALISER=__builtin_trap()").toString())
                .startsWith("the library must open, and its initialiser ended the process that tried it, with status ");
    }

    @Test
    void anInitialiserThatEndsTheProcess() throws Exception {
        assertThat(examined("-DINITIALISER=_exit(7)", "-include", "unistd.h").toString())
                .contains("its initialiser ended the process that tried it, with status 7: library=");
    }

    @Test
    void aProductThatCrashes() throws Exception {
        assertThat(examined("-DPRODUCT=if (m > 1) abort()").toString())
                .startsWith("the library must multiply, and a product ended the process that tried it, with status ");
    }

    @Test
    void sizesOf64BitsThatNobodyTells() throws Exception {
        assertThat(examined("-DINTEGER=long"))
                .hasToString(sentence("must take 32-bit sizes, and this one takes 64-bit ones"));
    }

    @Test
    void sizesOf64BitsToldByTheNames() throws Exception {
        assertThat(examined("-Dcblas_sgemm=cblas_sgemm64_", "-Dcblas_dgemm=cblas_dgemm64_"))
                .hasToString(sentence("must take 32-bit sizes, and this one takes 64-bit ones"));
    }

    @Test
    void productsThatAreWrong() throws Exception {
        assertThat(examined("-DFACTOR=1.01").toString())
                .startsWith("the library must multiply rightly, and its sgemm of 1x1x1 gives ");
    }

    /// Its words are asked for by every process that uses it.
    @Test
    void aLibraryThatCannotTellWhatItIs() throws Exception {
        assertThat(examined("-DCONFIG=(char *) 1").toString())
                .startsWith("the library must tell what it is, and being asked ended the process that tried it, with");
        assertThat(examined("-DCONFIG=0"))
                .isInstanceOfSatisfying(
                        Located.class,
                        located -> assertThat(located.name())
                                .isEqualTo("openblas@" + located.sha256().substring(0, 12)));
    }

    @Test
    void whatIsNoFile() throws Exception {
        String rule = "must be the path of an existing file";
        Path link = directory.resolve("libmine.so");
        Files.createSymbolicLink(link, directory.resolve("libother.so"));
        Files.createSymbolicLink(directory.resolve("libother.so"), link);
        assertThat(examine(link)).hasToString(sentence(rule));
        assertThat(examine(directory).toString()).startsWith("the library " + rule);
        assertThat(examine(Pipes.make(directory.resolve("pipe"))).toString()).startsWith("the library " + rule);
        assertThat(examine(Path.of("")).toString()).startsWith("the library " + rule);
        assertThat(examine(Path.of("/")).toString()).startsWith("the library " + rule);
    }

    @Test
    void anEmptyFile() throws Exception {
        assertThat(examine(Files.createFile(directory.resolve("libmine.so"))).toString())
                .startsWith("the library must open (")
                .contains("file too short): library=");
    }

    @Test
    void aFileThatMayNotBeRead() throws Exception {
        Path secret = Files.createFile(
                directory.resolve("libmine.so"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("-wx------")));
        assumeFalse(Files.isReadable(secret), "root reads everything");
        assertThat(examine(secret).toString())
                .startsWith("the library must be a file that can be read (")
                .contains("Permission denied");
    }

    /// A file of the system that gives an error to whoever reads it.
    @Test
    void aFileThatFails() {
        assertThat(examine(Path.of("/proc/self/mem")).toString())
                .startsWith("the library must open (")
                .contains("Input/output error");
    }

    @Test
    void compiledAndNotLinked() throws Exception {
        assertThat(examined("-c", "-fPIC", "-no-pie").toString()).startsWith("the library must open (");
    }

    /// It is meant for whoever asked, and what is found out stays for the whole process.
    @Test
    void anInterruptIsNoFault() throws Exception {
        Path library = CLibrary.compile(directory.resolve("libmine.so"));
        Thread.currentThread().interrupt();
        BlasLibrary found = examine(library);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(found).isInstanceOf(Located.class);
    }

    @Test
    void anInitialiserThatHangs() throws Exception {
        Path library = CLibrary.compile(
                directory.resolve("libmine.so"), "-DINITIALISER=for (;;) pause()", "-include", "unistd.h");
        LibraryTrial trial = new LibraryTrial(TrialMain.Task.MULTIPLY, Duration.ofSeconds(3), "cpu");
        assertThat(trial.obstacle(library, List::of))
                .contains("must open and multiply in a process of its own, and was not done after 3 s");
        assertThat(directory).isDirectoryNotContaining("glob:**{.txt,-cpu}");
    }

    /// What one processor can run another may not.
    @Test
    void aLibraryIsTriedOnEachProcessor() throws Exception {
        Path log = directory.resolve("log");
        Path library = CLibrary.compile(
                directory.resolve("libmine.so"),
                "-DINITIALISER=FILE *log = fopen(\"" + log + "\", \"a\"); fputs(\"x\", log); fclose(log)",
                "-include",
                "stdio.h");
        for (String processor : List.of("one", "other", "one", "other")) {
            LibraryTrial trial = new LibraryTrial(TrialMain.Task.MULTIPLY, Duration.ofMinutes(1), processor);
            assertThat(trial.obstacle(library, List::of)).isEmpty();
        }
        assertThat(log).hasContent("xx");
    }

    @Test
    void aCacheThatIsOnlyRead() throws Exception {
        Path library = CLibrary.compile(directory.resolve("libmine.so"));
        Path mark = directory.resolve("libmine.so" + TrialMain.Task.MULTIPLY.mark() + "cpu");
        Files.createSymbolicLink(mark, directory.resolve("none").resolve("mark")); // which even root cannot write
        LibraryTrial trial = new LibraryTrial(TrialMain.Task.MULTIPLY, Duration.ofMinutes(1), "cpu");
        assertThat(trial.obstacle(library, List::of)).isEmpty();
    }

    @Test
    void noProducts() throws Exception {
        assertThat(examined("-DEMPTY")).hasToString(sentence("must export cblas_sgemm"));
    }

    @Test
    void aMissingNeighbourInTheLoadersWords() throws Exception {
        Path gone = CLibrary.compile(directory.resolve("libgone.so"), "-DEMPTY", "-Wl,-soname,libgone.so");
        Path lonely = CLibrary.compile(directory.resolve("liblonely.so"), "-Wl,--no-as-needed", gone.toString());
        assertThat(examine(lonely).toString())
                .startsWith("the library must open (libgone.so: cannot open shared object file");
    }

    @Test
    void aFrontOfAnotherLibrary() throws Exception {
        Path behind = CLibrary.compile(directory.resolve("libblis.so.4"), "-Wl,-soname,libblis.so.4");
        assertThat(examined("-DEMPTY", "-Wl,--no-as-needed", behind.toString()))
                .hasToString(sentence("must be the library that computes, and this one is a front of libblis.so.4"));
    }

    @Test
    void anotherProcessor() throws Exception {
        Path library = CLibrary.compile(directory.resolve("libmine.so"));
        try (FileChannel channel = FileChannel.open(library, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) 243, 0}), 0x12);
        }
        assertThat(examine(library).toString())
                .startsWith("the library must be a library for this processor (")
                .contains("), and it is one for riscv: library=");
    }

    @Test
    void of32Bits() throws Exception {
        Path library = CLibrary.compile(directory.resolve("libmine.so"));
        try (FileChannel channel = FileChannel.open(library, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 4);
        }
        assertThat(examine(library).toString())
                .startsWith("the library must open (")
                .contains("wrong ELF class: ELFCLASS32): library=");
    }

    @Test
    void aLibraryThatPassedIsNotTriedAgain() throws Exception {
        Path library = CLibrary.compile(
                directory.resolve("libmine.so"),
                "-DINITIALISER=FILE *log = fopen(\"" + directory.resolve("log")
                        + "\", \"a\"); fputs(\"x\", log); fclose(log)",
                "-include",
                "stdio.h");
        for (int n = 0; n < 3; n++) {
            assertThat(examine(library)).isInstanceOf(Located.class);
        }
        // Three times here, and once in the trial's process.
        assertThat(directory.resolve("log")).hasContent("xxxx");
    }

    @Test
    void aTrialThatCannotStartIsTold() {
        assertThat(LibraryTrial.verdict("Error: no JVM\n", 1))
                .contains("must be tried in a process of its own, and that did not start (status 1, Error: no JVM)");
    }

    /// An exception of ours is not the library's fault.
    @Test
    void aTrialThatFailsByItselfIsTold() {
        assertThat(LibraryTrial.verdict("heed-trial opening\nheed-trial failed java.lang.Error: odd\n", 0))
                .contains("must be tried in a process of its own, and that failed (java.lang.Error: odd)");
    }

    /// What a library prints may stand before a step on its line.
    @Test
    void aTrialsLastStepCounts() {
        assertThat(LibraryTrial.verdict("heed-trial opening\nhello heed-trial multiplying\n", 134))
                .contains("must multiply, and a product ended the process that tried it, with status 134");
    }
}
