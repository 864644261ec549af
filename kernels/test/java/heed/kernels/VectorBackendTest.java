package heed.kernels;

import heed.attention.AttentionBackend;
import heed.conformance.AllocationContract;
import heed.conformance.AttentionBackendContract;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ForcedWidth.class)
final class VectorBackendTest implements AttentionBackendContract, AllocationContract {
    @Override
    public AttentionBackend backend() {
        return new VectorBackend();
    }
}
