package heed.attention;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A plan that refuses wrong arguments at the door, hands a free workspace to each run and measures it. Backends
/// extend it with the arithmetic alone.
///
/// @param <W> the backend's workspace
public abstract non-sealed class CheckedPlan<W extends PooledPlan.Workspace> extends PooledPlan<AttentionCall, W>
        implements AttentionPlan {
    /// Makes the workspaces; frees those made if one cannot be.
    protected CheckedPlan(
            String backend, AttentionSpec spec, AttentionSizes sizes, int maxConcurrentRuns, Supplier<W> newWorkspace) {
        super(
                backend,
                spec,
                sizes,
                new WorkspacePool<>(
                        maxConcurrentRuns, () -> new AttentionCall(spec, sizes), AttentionCall::release, newWorkspace));
    }

    @Override
    public final void run(AttentionArguments arguments) {
        try (var slot = enter()) {
            slot.call().bind(arguments);
            execute(slot, arguments.report);
            if (spec().scoreStage().isPresent()) { // a lambda would be an object for each run
                ScoreStages.write(slot.call(), spec().scoreStage().get());
            }
        } catch (RuntimeException thrown) {
            throw told(thrown);
        }
    }

    @Override
    final void tell(AttentionCall call, long nanos, @Nullable CallReport report) {
        if (Events.recordsRuns()) {
            Events.run(backend(), nanos, call);
        }
        if (report != null) {
            report.record(backend(), nanos, call);
        }
    }
}
