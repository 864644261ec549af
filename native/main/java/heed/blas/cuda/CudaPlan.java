package heed.blas.cuda;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;

/// A plan on a GPU: a [CudaWorkspace] for each concurrent run.
final class CudaPlan extends CheckedPlan<CudaWorkspace> {
    CudaPlan(CudaDevice device, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        super(
                CudaBackend.NAME,
                spec,
                CudaSupport.check(spec, sizes),
                options.maxConcurrentRuns(),
                () -> CudaWorkspace.create(device, PlanShape.of(spec, sizes, device.precision())));
    }

    @Override
    protected void execute(AttentionCall call, CudaWorkspace workspace) {
        workspace.run(call);
    }
}
