package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import java.util.concurrent.Executor;

/// A plan of fused attention.
///
/// Memory: packed keys and values and what splits found, linear in length, and a scratch for each thread; a plan for
/// decoding alone packs nothing where keys and values can be read as they lie.
public final class FusedPlan extends CheckedPlan<FusedWorkspace> {
    /// Allocates all workspaces.
    public FusedPlan(
            String backend,
            AttentionSpec spec,
            AttentionSizes sizes,
            PlanOptions options,
            Executor pool,
            FusedFactory factory) {
        super(
                backend,
                spec,
                SizeLimits.check(spec, sizes),
                options.maxConcurrentRuns(),
                () -> new FusedWorkspace(
                        spec, sizes, options, options.executor().orElse(pool), factory));
    }

    @Override
    protected void execute(AttentionCall call, FusedWorkspace workspace) {
        workspace.run(call);
    }
}
