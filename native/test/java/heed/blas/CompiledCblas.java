package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The test's own CBLAS, compiled from `native/test/c` by the C compiler of the machine, and opened without
/// the examination that would find it wrong.
final class CompiledCblas {
    private CompiledCblas() {}

    /// Skips the test, saying so, where there is no `gcc`.
    ///
    /// @param wrongPercent of the rows of its results
    static LeasedLibrary.Lease open(Path folder, int wrongPercent) throws IOException, InterruptedException {
        Path library = folder.resolve("libcblas-" + wrongPercent + ".so");
        compile(library, wrongPercent);
        NativeLibrary.Opened opened = (NativeLibrary.Opened) NativeLibrary.open(library);
        BlasIdentity identity = BlasIdentity.of(Cblas.of(opened, library), opened.symbols(), "0".repeat(64));
        return new LeasedLibrary(new BlasLibrary.Located("blas@test", library, library, "0", identity, false))
                .lease()
                .orElseThrow();
    }

    private static void compile(Path library, int wrongPercent) throws IOException, InterruptedException {
        ProcessBuilder gcc = new ProcessBuilder(
                        "gcc",
                        "-std=c11",
                        "-O2",
                        "-shared",
                        "-fPIC",
                        "-DWRONG_PERCENT=" + wrongPercent,
                        "-o",
                        library.toString(),
                        Path.of("test", "c", "wrong_cblas.c").toString())
                .redirectErrorStream(true);
        try {
            Process running = gcc.start();
            String said = new String(running.getInputStream().readAllBytes());
            assertThat(running.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(running.exitValue()).as(said).isZero();
        } catch (IOException missing) {
            abort("the test's CBLAS needs a C compiler: " + missing.getMessage());
        }
    }
}
