package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The workspaces of a plan: each is one run's alone, and a further run waits, uninterruptibly, for one to come back.
///
/// As many permits as workspaces, so that whoever has a permit finds a free one. Taking and giving back are two
/// compare-and-sets each while nobody waits; only a run that waits enters a queue.
///
/// @param <C> what a run's arguments are bound to
/// @param <W> the backend's workspace
final class WorkspacePool<C, W extends PooledPlan.Workspace> {
    private final List<Slot> slots = new ArrayList<>();
    private final Consumer<C> release;
    private final Semaphore free;

    /// A workspace and the call that its runs are bound to; closing gives both back.
    final class Slot implements AutoCloseable {
        private final C call;
        private final W workspace;
        private final AtomicBoolean taken = new AtomicBoolean();

        private Slot(C call, W workspace) {
            this.call = call;
            this.workspace = workspace;
        }

        C call() {
            return call;
        }

        W workspace() {
            return workspace;
        }

        @Override
        public void close() {
            release.accept(call);
            taken.set(false);
            free.release();
        }
    }

    /// Makes `count` workspaces; frees those made if one cannot be.
    ///
    /// @param release makes a call forget its run
    WorkspacePool(int count, Supplier<C> newCall, Consumer<C> release, Supplier<W> newWorkspace) {
        this.release = release;
        try {
            for (int n = 0; n < count; n++) {
                slots.add(new Slot(newCall.get(), newWorkspace.get()));
            }
        } catch (RuntimeException | OutOfMemoryError failure) {
            closeAll().forEach(failure::addSuppressed);
            throw failure;
        }
        free = new Semaphore(count);
    }

    /// Bytes of all workspaces.
    long bytes() {
        return slots.stream().mapToLong(slot -> slot.workspace.bytes()).sum();
    }

    Slot take() {
        free.acquireUninterruptibly();
        for (int n = 0; ; n = (n + 1) % slots.size()) {
            AtomicBoolean taken = slots.get(n).taken;
            if (!taken.get() && taken.compareAndSet(false, true)) {
                return slots.get(n);
            }
        }
    }

    /// Waits until every workspace has come back and frees them. Runs that follow still get one, to be refused.
    void close() {
        for (int n = 0; n < slots.size(); n++) {
            free.acquireUninterruptibly();
        }
        List<RuntimeException> failures = closeAll();
        free.release(slots.size());
        if (!failures.isEmpty()) {
            RuntimeException first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    /// Frees every workspace, whatever fails on the way.
    private List<RuntimeException> closeAll() {
        List<RuntimeException> failures = new ArrayList<>();
        for (Slot slot : slots) {
            try {
                slot.workspace.close();
            } catch (RuntimeException failure) {
                failures.add(failure);
            }
        }
        return failures;
    }
}
