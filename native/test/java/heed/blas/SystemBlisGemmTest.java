package heed.blas;

import heed.attention.GemmBackend;
import heed.conformance.GemmBackendContract;

final class SystemBlisGemmTest implements GemmBackendContract {
    @Override
    public GemmBackend gemm() {
        return Libraries.gemmOfSystem("blis");
    }
}
