package heed.blas;

import heed.attention.GemmBackend;
import heed.conformance.GemmBackendContract;

final class OpenBlasGemmTest implements GemmBackendContract {
    @Override
    public GemmBackend gemm() {
        return new OpenBlasGemm();
    }
}
