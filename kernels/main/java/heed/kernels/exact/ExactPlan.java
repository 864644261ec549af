package heed.kernels.exact;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import heed.kernels.fused.SizeLimits;
import java.util.concurrent.Executor;

/// A plan of attention in f64: the same algorithm as [heed.kernels.fused.FusedPlan] with every operation in double and
/// the JDK's exponential. It is there for whoever needs the digits; its tiles are not tuned.
public final class ExactPlan extends CheckedPlan<ExactWorkspace> {
    /// Allocates all workspaces.
    public ExactPlan(String backend, AttentionSpec spec, AttentionSizes sizes, PlanOptions options, Executor pool) {
        super(
                backend,
                spec,
                SizeLimits.check(spec, sizes),
                options.maxConcurrentRuns(),
                () -> new ExactWorkspace(
                        spec, sizes, options, options.executor().orElse(pool)));
    }

    @Override
    protected void execute(AttentionCall call, ExactWorkspace workspace) {
        workspace.run(call);
    }
}
