package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The kernels as CUDA: PTX by nvcc and machine code by ptxas, where they are installed, with no GPU.
final class KernelSourceTest {
    private static final Path SOURCE = Path.of("main", "resources", "heed", "blas", "cuda", "attention.cu");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {75, 90, 100})
    void compilesToPtxAndMachineCode(int architecture) throws Exception {
        assumeTrue(CudaDouble.has("nvcc") && CudaDouble.has("ptxas"), "nvcc and ptxas check the kernels");
        Path ptx = folder.resolve("attention.ptx");
        Path code = folder.resolve("attention.cubin");
        CudaDouble.run(
                List.of("nvcc", "--ptx", "-arch=compute_" + architecture, "-o", ptx.toString(), SOURCE.toString()));
        CudaDouble.run(List.of("ptxas", "-arch=sm_" + architecture, "-o", code.toString(), ptx.toString()));
        String text = Files.readString(ptx);
        for (String kernel : List.of("start", "softmax", "finish", "gather", "clean", "strays")) {
            assertThat(text).contains(".entry heed_" + kernel + "(");
        }
        assertThat(code).isNotEmptyFile();
    }

    @Test
    void isOnTheModulePath() {
        assertThat(KernelSource.read()).contains("#define KEYS " + Kernels.KEYS, "#define LANES " + Kernels.LANES);
    }
}
