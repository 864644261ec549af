package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.SelfCheckContract;

/// oneDNN raises no alarm, though its weights are rounded.
final class SelfCheckedOneDnnTest implements SelfCheckContract {
    @Override
    public AttentionBackend backend() {
        return new OneDnnBackend();
    }
}
