package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The workspaces of a plan: each is one run's alone, and a further run waits, uninterruptibly, for one to come back.
///
/// As many permits as workspaces, so that whoever has a permit finds a free one. Taking and giving back are two
/// compare-and-sets each while nobody waits; only a run that waits enters a queue.
///
/// @param <W> the backend's workspace
final class WorkspacePool<W extends CheckedPlan.Workspace> {
    private final List<Slot<W>> slots = new ArrayList<>();
    private final Semaphore free;

    /// A workspace and the call that its runs are bound to.
    record Slot<W>(AttentionCall call, W workspace, AtomicBoolean taken) {}

    /// Makes the workspaces; frees those made if one cannot be.
    WorkspacePool(AttentionSpec spec, AttentionSizes sizes, int count, Supplier<W> newWorkspace) {
        try {
            for (int n = 0; n < count; n++) {
                slots.add(new Slot<>(new AttentionCall(spec, sizes), newWorkspace.get(), new AtomicBoolean()));
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            slots.forEach(slot -> slot.workspace.close());
            throw failure;
        }
        free = new Semaphore(count);
    }

    /// Bytes of all workspaces.
    long bytes() {
        return slots.stream().mapToLong(slot -> slot.workspace.bytes()).sum();
    }

    Slot<W> take() {
        free.acquireUninterruptibly();
        for (int n = 0; ; n = (n + 1) % slots.size()) {
            AtomicBoolean taken = slots.get(n).taken;
            if (!taken.get() && taken.compareAndSet(false, true)) {
                return slots.get(n);
            }
        }
    }

    void giveBack(Slot<W> slot) {
        slot.taken.set(false);
        free.release();
    }

    /// Waits until every workspace has come back and frees them. Runs that follow still get one, to be refused.
    void close() {
        for (int n = 0; n < slots.size(); n++) {
            free.acquireUninterruptibly();
        }
        slots.forEach(slot -> slot.workspace.close());
        free.release(slots.size());
    }
}
