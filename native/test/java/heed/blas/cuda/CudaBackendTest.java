package heed.blas.cuda;

import heed.attention.AttentionBackend;
import heed.attention.Availability.Unavailable;
import heed.conformance.AttentionBackendContract;
import org.junit.jupiter.api.BeforeAll;

/// The whole contract on the GPU of this machine; skipped as one where there is none, or failed where
/// `HEED_REQUIRE` names `cuda`.
final class CudaBackendTest implements AttentionBackendContract {
    @BeforeAll
    static void needsTheGpu() {
        if (new CudaBackend().availability() instanceof Unavailable(var reason, var hint)) {
            Required.missing("cuda", reason + "; " + hint);
        }
    }

    @Override
    public AttentionBackend backend() {
        return new CudaBackend();
    }
}
