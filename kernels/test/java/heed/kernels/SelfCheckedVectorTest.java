package heed.kernels;

import heed.attention.AttentionBackend;
import heed.attention.SelfCheck;
import heed.conformance.AttentionBackendContract;
import heed.conformance.SelfChecked;

/// Every row of the contract checked: no false alarm at any mask, type, length, layout, merge or poison.
final class SelfCheckedVectorTest implements AttentionBackendContract {
    @Override
    public AttentionBackend backend() {
        return new SelfChecked(new VectorBackend(), SelfCheck.everyRow());
    }
}
