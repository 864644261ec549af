package heed.attention;

import heed.attention.WorkspacePool.Slot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A plan that refuses wrong arguments at the door, hands a free workspace to each run and measures it.
///
/// Backends extend it with the arithmetic alone. A workspace is whatever a run needs to itself; the plan owns
/// [PlanOptions#maxConcurrentRuns] of them and closes them when no run is left.
///
/// @param <W> the backend's workspace
public abstract class CheckedPlan<W extends CheckedPlan.Workspace> implements AttentionPlan {
    private final String backend;
    private final AttentionSpec spec;
    private final AttentionSizes sizes;
    private final WorkspacePool<W> workspaces;
    private final long workspaceBytes;
    private volatile boolean closed;

    /// What a run needs to itself.
    public interface Workspace extends AutoCloseable {
        /// Bytes held.
        long bytes();

        /// Frees them.
        @Override
        void close();
    }

    /// Makes the workspaces; frees those made if one cannot be.
    protected CheckedPlan(
            String backend, AttentionSpec spec, AttentionSizes sizes, int maxConcurrentRuns, Supplier<W> newWorkspace) {
        this.backend = backend;
        this.spec = spec;
        this.sizes = sizes;
        workspaces = new WorkspacePool<>(spec, sizes, maxConcurrentRuns, newWorkspace);
        workspaceBytes = workspaces.bytes();
    }

    /// Computes `call`; the workspace is this run's alone.
    protected abstract void execute(AttentionCall call, W workspace);

    @Override
    public final AttentionSpec spec() {
        return spec;
    }

    @Override
    public final AttentionSizes sizes() {
        return sizes;
    }

    @Override
    public final String backend() {
        return backend;
    }

    @Override
    public final long workspaceBytes() {
        return workspaceBytes;
    }

    @Override
    public final void run(AttentionArguments arguments) {
        Slot<W> slot = workspaces.take();
        try {
            if (closed) {
                throw new IllegalStateException("the plan is closed: make a new one");
            }
            slot.call().bind(arguments);
            execute(slot, arguments.report);
            if (spec.scoreStage().isPresent()) { // a lambda would be an object for each run
                ScoreStages.write(slot.call(), spec.scoreStage().get());
            }
        } catch (RuntimeException thrown) {
            Events.refusal(backend, thrown);
            throw thrown;
        } finally {
            slot.call().release();
            workspaces.giveBack(slot);
        }
    }

    /// The clock is read for a report or a recording only: twice some 25 ns, which a run of a microsecond would
    /// feel.
    private void execute(Slot<W> slot, @Nullable CallReport report) {
        boolean recorded = Events.recordsRuns();
        if (report == null && !recorded) {
            execute(slot.call(), slot.workspace());
            return;
        }
        long start = System.nanoTime();
        execute(slot.call(), slot.workspace());
        long nanos = System.nanoTime() - start;
        if (recorded) {
            Events.run(backend, nanos, slot.call());
        }
        if (report != null) {
            report.record(backend, nanos, slot.call());
        }
    }

    @Override
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            workspaces.close();
        }
    }
}
