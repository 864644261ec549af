package heed.kernels;

import heed.attention.AttentionBackend;
import heed.attention.SelfCheck;
import heed.conformance.AllocationContract;
import heed.conformance.ExpressionContract;
import heed.conformance.ExpressionRangeContract;
import heed.conformance.LengthsContract;
import heed.conformance.MaskContract;
import heed.conformance.MaskKindsContract;
import heed.conformance.MergeContract;
import heed.conformance.NonFiniteContract;
import heed.conformance.PagedContract;
import heed.conformance.SelfCheckContract;
import heed.conformance.SelfChecked;

/// Every row of what the contract asks of results checked: no false alarm at any mask, type, length, layout,
/// merge or poison, and no garbage.
final class SelfCheckedVectorTest
        implements MaskContract,
                MaskKindsContract,
                ExpressionContract,
                ExpressionRangeContract,
                LengthsContract,
                PagedContract,
                MergeContract,
                NonFiniteContract,
                AllocationContract,
                SelfCheckContract {
    @Override
    public AttentionBackend backend() {
        return new SelfChecked(new VectorBackend(), SelfCheck.everyRow());
    }
}
