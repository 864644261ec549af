package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A BLAS library made for a test: plain loops in C, with one thing about it as `-D` says. Skips the test, visibly,
/// where there is no `gcc`.
final class CLibrary {
    private static final String SOURCE = """
            #include <stdlib.h>
            #ifndef INTEGER
            #define INTEGER int
            #endif
            #ifndef FACTOR
            #define FACTOR 1
            #endif
            #ifdef INITIALISER
            __attribute__((constructor)) static void initialise(void) { INITIALISER; }
            #endif
            #ifdef MKL
            #include <string.h>
            void MKL_Get_Version_String(char *text, int length) { strncpy(text, MKL, length); }
            void MKL_Set_Num_Threads(int threads) { (void) threads; }
            #endif
            #ifdef CONFIG
            char *openblas_get_config(void) { return CONFIG; }
            #endif
            #ifndef PRODUCT
            #define PRODUCT
            #endif
            #define GEMM(NAME, TYPE) \\
            void NAME(int order, int ta, int tb, INTEGER m, INTEGER n, INTEGER k, TYPE alpha, const TYPE *a, \\
                INTEGER lda, const TYPE *b, INTEGER ldb, TYPE beta, TYPE *c, INTEGER ldc) { \\
                PRODUCT; \\
                for (INTEGER i = 0; i < m; i++) for (INTEGER j = 0; j < n; j++) { \\
                    TYPE sum = 0; \\
                    for (INTEGER l = 0; l < k; l++) \\
                        sum += a[i * lda + l] * (tb == 112 ? b[j * ldb + l] : b[l * ldb + j]); \\
                    c[i * ldc + j] = FACTOR * alpha * sum + (beta == 0 ? 0 : beta * c[i * ldc + j]); \\
                } \\
            }
            #ifndef EMPTY
            GEMM(cblas_sgemm, float)
            GEMM(cblas_dgemm, double)
            #endif
            """;

    private CLibrary() {}

    /// Compiles it to `file`; `more` are options of gcc.
    static Path compile(Path file, String... more) throws IOException, InterruptedException {
        Path source = Files.writeString(file.resolveSibling(file.getFileName() + ".c"), SOURCE);
        List<String> command =
                new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-O1", "-o", file.toString(), source.toString()));
        command.addAll(List.of(more));
        Process gcc;
        try {
            gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException missing) {
            assumeTrue(false, "gcc is needed to make a library: " + missing.getMessage());
            throw missing;
        }
        String said = new String(gcc.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(gcc.waitFor()).as(said).isZero();
        return file;
    }
}
