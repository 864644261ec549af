package heed.attention;

import org.jspecify.annotations.Nullable;

/// The door of every plan: hands a free workspace to each run, tells recordings what happens, and closes when no run
/// is left.
///
/// A workspace is whatever a run needs to itself; the plan owns [PlanOptions#maxConcurrentRuns] of them.
///
/// @param <C> what a run's arguments are bound to
/// @param <W> the backend's workspace
public abstract sealed class PooledPlan<C, W extends PooledPlan.Workspace> permits CheckedPlan, CheckedGradientPlan {
    private final String backend;
    private final AttentionSpec spec;
    private final AttentionSizes sizes;
    private final WorkspacePool<C, W> workspaces;
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

    PooledPlan(String backend, AttentionSpec spec, AttentionSizes sizes, WorkspacePool<C, W> workspaces) {
        this.backend = backend;
        this.spec = spec;
        this.sizes = sizes;
        this.workspaces = workspaces;
        workspaceBytes = workspaces.bytes();
    }

    /// Computes `call`; the workspace is this run's alone.
    protected abstract void execute(C call, W workspace);

    /// Tells a recording and the caller's report of a run.
    abstract void tell(C call, long nanos, @Nullable CallReport report);

    /// What is computed.
    public final AttentionSpec spec() {
        return spec;
    }

    /// The largest sizes a run may have.
    public final AttentionSizes sizes() {
        return sizes;
    }

    /// Name of the backend that computes it.
    public final String backend() {
        return backend;
    }

    /// Bytes held until [#close].
    public final long workspaceBytes() {
        return workspaceBytes;
    }

    /// Lets a run in, which closes what it gets.
    final WorkspacePool<C, W>.Slot enter() {
        WorkspacePool<C, W>.Slot slot = workspaces.take();
        if (closed) {
            slot.close();
            throw new IllegalStateException("the plan is closed: make a new one");
        }
        return slot;
    }

    /// The clock is read for a report or a recording only: twice some 25 ns, which a run of a microsecond would
    /// feel.
    final void execute(WorkspacePool<C, W>.Slot slot, @Nullable CallReport report) {
        if (report == null && !Events.recordsRuns()) {
            execute(slot.call(), slot.workspace());
            return;
        }
        long start = System.nanoTime();
        execute(slot.call(), slot.workspace());
        tell(slot.call(), System.nanoTime() - start, report);
    }

    /// A run that did not end well, on its way to the caller.
    final RuntimeException told(RuntimeException thrown) {
        Events.refusal(backend, thrown);
        return thrown;
    }

    /// Waits for the runs under way and frees the workspaces. Closing again does nothing.
    public final synchronized void close() {
        if (!closed) {
            closed = true;
            workspaces.close();
        }
    }
}
