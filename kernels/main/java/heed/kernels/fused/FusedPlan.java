package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import java.util.concurrent.Executor;

/// A plan of fused attention: packs every block of keys and values once, then computes tiles of query rows.
///
/// Both phases are loops over independent tasks whose number follows from the shape; the tiles of all query heads
/// of a group and all query blocks share what was packed. Memory: packed keys and values, linear in length, and a
/// scratch for each thread.
public final class FusedPlan extends CheckedPlan<FusedWorkspace> {
    /// Makes the products of one workspace.
    public interface ProductsFactory {
        /// Products in tiles of `shape` for `slots` kv heads and `workers` threads.
        TileProducts create(TileShape shape, int slots, int workers);
    }

    /// Allocates all workspaces.
    public FusedPlan(
            String backend,
            AttentionSpec spec,
            AttentionSizes sizes,
            PlanOptions options,
            Executor pool,
            ProductsFactory factory) {
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
