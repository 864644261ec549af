package heed.blas.cuda;

import heed.attention.AttentionBackend;
import heed.conformance.SelfCheckContract;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/// The double of CUDA raises no alarm with `heed.cuda.precision=fast`.
final class SelfCheckedFastCudaTest implements SelfCheckContract {
    @TempDir
    Path folder;

    @Override
    public AttentionBackend backend() {
        return new CudaBackend(CudaDouble.get().machine(folder, Map.of(CudaSettings.PRECISION, "fast")));
    }
}
