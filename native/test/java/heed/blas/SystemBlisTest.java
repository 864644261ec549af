package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;

final class SystemBlisTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return Libraries.ofSystem("blis");
    }
}
