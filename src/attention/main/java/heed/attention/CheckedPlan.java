package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

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
    private final List<Slot<W>> slots = new ArrayList<>();
    private final ArrayBlockingQueue<Slot<W>> free;
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

    private record Slot<W>(AttentionCall call, W workspace) {}

    /// Makes the workspaces; frees those made if one cannot be.
    protected CheckedPlan(
            String backend, AttentionSpec spec, AttentionSizes sizes, int maxConcurrentRuns, Supplier<W> newWorkspace) {
        this.backend = backend;
        this.spec = spec;
        this.sizes = sizes;
        try {
            for (int n = 0; n < maxConcurrentRuns; n++) {
                slots.add(new Slot<>(new AttentionCall(spec, sizes), newWorkspace.get()));
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            slots.forEach(slot -> slot.workspace.close());
            throw failure;
        }
        free = new ArrayBlockingQueue<>(maxConcurrentRuns, false, slots);
        workspaceBytes =
                slots.stream().mapToLong(slot -> slot.workspace.bytes()).sum();
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
        Slot<W> slot = take();
        try {
            if (closed) {
                throw new IllegalStateException("the plan is closed: make a new one");
            }
            slot.call.bind(arguments);
            long start = System.nanoTime();
            execute(slot.call, slot.workspace);
            report(arguments, slot.call, System.nanoTime() - start);
        } finally {
            slot.call.release();
            free.add(slot);
        }
    }

    private void report(AttentionArguments arguments, AttentionCall call, long nanos) {
        CallReport report = arguments.report;
        if (report != null) {
            report.record(backend, nanos, call.flops(), call.bytes());
        }
    }

    /// Waits for a workspace without giving up its turn to an interrupt, which stays pending.
    private Slot<W> take() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return free.take();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public final synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Slot<W>> idle = new ArrayList<>();
        while (idle.size() < slots.size()) {
            idle.add(take());
        }
        idle.forEach(slot -> slot.workspace.close());
        free.addAll(idle);
    }
}
