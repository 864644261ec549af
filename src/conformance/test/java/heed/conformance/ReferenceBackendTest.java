package heed.conformance;

import heed.attention.Attention;
import heed.attention.AttentionBackend;

final class ReferenceBackendTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return Attention.load().backend("reference");
    }
}
