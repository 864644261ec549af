package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.AllocationContract;
import heed.conformance.AttentionBackendContract;

final class OneDnnBackendTest implements AttentionBackendContract, AllocationContract {
    @Override
    public AttentionBackend backend() {
        return new OneDnnBackend();
    }
}
