package heed.blas;

import heed.attention.GemmBackend;
import heed.conformance.GemmBackendContract;

final class SystemOpenBlasGemmTest implements GemmBackendContract {
    @Override
    public GemmBackend gemm() {
        return Libraries.gemmOfSystem("openblas");
    }
}
