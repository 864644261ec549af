package heed.blas.cuda;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;

/// The whole contract on the GPU of this machine; skipped where there is none, unless `HEED_REQUIRE` names
/// `cuda`.
final class CudaBackendTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return new CudaBackend();
    }
}
