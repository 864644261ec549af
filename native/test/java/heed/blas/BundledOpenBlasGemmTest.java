package heed.blas;

import heed.attention.GemmBackend;
import heed.conformance.GemmBackendContract;

final class BundledOpenBlasGemmTest implements GemmBackendContract {
    @Override
    public GemmBackend gemm() {
        return new BlasSource().gemm().getFirst();
    }
}
