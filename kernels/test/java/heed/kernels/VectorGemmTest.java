package heed.kernels;

import heed.attention.GemmBackend;
import heed.conformance.GemmBackendContract;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ForcedWidth.class)
final class VectorGemmTest implements GemmBackendContract {
    @Override
    public GemmBackend gemm() {
        return new VectorGemm();
    }
}
