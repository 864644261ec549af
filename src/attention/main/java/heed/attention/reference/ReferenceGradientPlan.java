package heed.attention.reference;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedGradientPlan;
import heed.attention.GradientCall;
import heed.attention.PlanOptions;

/// Plans [ReferenceGradient].
final class ReferenceGradientPlan extends CheckedGradientPlan<ReferenceGradient> {
    ReferenceGradientPlan(String backend, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        super(backend, spec, sizes, options.maxConcurrentRuns(), () -> new ReferenceGradient(spec, sizes));
    }

    @Override
    protected void execute(GradientCall call, ReferenceGradient workspace) {
        workspace.run(call);
    }
}
