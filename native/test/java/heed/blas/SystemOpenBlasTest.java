package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;

final class SystemOpenBlasTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return Libraries.ofSystem("openblas");
    }
}
