package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;

final class OpenBlasBackendTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return new OpenBlasBackend();
    }
}
