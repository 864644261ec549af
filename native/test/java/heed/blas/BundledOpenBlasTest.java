package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.AttentionBackendContract;

final class BundledOpenBlasTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return new BlasSource().attention().getFirst();
    }
}
