package heed.blas;

import heed.attention.AttentionBackend;
import heed.conformance.SelfCheckContract;

/// OpenBLAS raises no alarm.
final class SelfCheckedOpenBlasTest implements SelfCheckContract {
    @Override
    public AttentionBackend backend() {
        return new BlasSource().attention().getFirst();
    }
}
