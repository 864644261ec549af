package heed.kernels.gradient;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedGradientPlan;
import heed.attention.GradientCall;
import heed.attention.PlanOptions;
import heed.kernels.fused.SizeLimits;
import heed.kernels.tile.Specialised;
import java.util.concurrent.Executor;

/// The gradient plan of the vector backend.
public final class VectorGradientPlan extends CheckedGradientPlan<GradientWorkspace> {
    /// Allocates all workspaces.
    public VectorGradientPlan(
            String backend,
            AttentionSpec spec,
            AttentionSizes sizes,
            PlanOptions options,
            Executor pool,
            Specialised specialised) {
        super(
                backend,
                spec,
                SizeLimits.check(spec, sizes),
                options.maxConcurrentRuns(),
                () -> new GradientWorkspace(
                        spec, sizes, options, options.executor().orElse(pool), specialised));
    }

    @Override
    protected void execute(GradientCall call, GradientWorkspace workspace) {
        workspace.run(call);
    }
}
