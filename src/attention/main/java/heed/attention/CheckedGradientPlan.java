package heed.attention;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A gradient plan with the door of [CheckedPlan]. Backends extend it with the arithmetic alone.
///
/// @param <W> the backend's workspace
public abstract non-sealed class CheckedGradientPlan<W extends PooledPlan.Workspace> extends PooledPlan<GradientCall, W>
        implements GradientPlan {
    /// Makes the workspaces; frees those made if one cannot be.
    protected CheckedGradientPlan(
            String backend, AttentionSpec spec, AttentionSizes sizes, int maxConcurrentRuns, Supplier<W> newWorkspace) {
        super(
                backend,
                spec,
                sizes,
                new WorkspacePool<>(
                        maxConcurrentRuns,
                        () -> new GradientCall(new AttentionCall(spec, sizes)),
                        GradientCall::release,
                        newWorkspace));
    }

    @Override
    public final void run(AttentionArguments forward, GradientArguments gradients) {
        try (var slot = enter()) {
            slot.call().bind(forward, gradients);
            execute(slot, null);
            slot.call().finish();
        } catch (RuntimeException thrown) {
            throw told(thrown);
        }
    }

    @Override
    final void tell(GradientCall call, long nanos, @Nullable CallReport report) {
        Events.run(backend(), nanos, call);
    }

    /// What every backend needs of a spec to differentiate it.
    public static Support.Check support(AttentionSpec spec) {
        return new Support.Check()
                .require(spec.hasLogSumExp(), "extraOutputs", spec.extraOutputs(), "with LOG_SUM_EXP")
                .require(spec.kvType().isFloating(), "kvType", spec.kvType(), "floating-point types")
                .require(!spec.isPaged(), "pageLen", spec.pageLen(), "0")
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(spec.extraOutputs().size() <= 1, "extraOutputs", spec.extraOutputs(), "LOG_SUM_EXP alone")
                .require(spec.scoreStage().isEmpty(), "scoreStage", spec.scoreStage(), "none");
    }
}
