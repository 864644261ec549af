package heed.blas.cuda;

import heed.attention.AttentionBackend;
import heed.conformance.AllocationContract;
import heed.conformance.AttentionBackendContract;
import org.junit.jupiter.api.BeforeAll;

/// The whole contract on the GPU of this machine; that there is none is told by [CudaBackendTest].
final class CudaGpuContractTest implements AttentionBackendContract, AllocationContract {
    @BeforeAll
    static void needsTheGpu() {
        Required.gpu();
    }

    @Override
    public AttentionBackend backend() {
        return new CudaBackend();
    }
}
