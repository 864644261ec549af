package heed.kernels.work;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs numbered tasks on the calling thread and whatever helpers turn up, in one phase or several.
///
/// The caller takes tasks like any helper and, when none is left, waits for those under way only: never for a helper
/// that has not started. So a run that is itself a task of the executor cannot deadlock, and an executor that drops
/// or delays the helpers costs speed alone. Which thread takes a task changes nothing about its result.
///
/// ```java
/// try (TaskLoop.Run run = loop.begin(threads)) {
///     run.phase(blocks, pack);
///     run.phase(tiles, attend); // the helpers of the first phase are still there
/// }
/// ```
///
/// One loop is reused by all runs of a workspace, one at a time, and a run allocates nothing. A helper left over from
/// an earlier run finds either nothing to do or the tasks of a later one, which it may take as well ([Phase]). A phase
/// on the calling thread alone publishes nothing, so that no helper can touch memory confined to its caller.
///
/// Between phases a helper stays for [#STAY_NANOS], then it goes home. It leaves by giving its number back and then
/// looking for tasks once more, as the caller publishes tasks and then looks who is there: one of them sees the other,
/// so no phase goes without a helper that it could have.
public final class TaskLoop {
    private static final long STAY_NANOS = 50_000;

    /// A few times what waking the caller costs; past it, the task it waits for is so long that waking is lost in it.
    private static final long AWAIT_NANOS = 200_000;

    private static final int CALLER = 0;

    private final Executor executor;
    private final Slots slots;
    private final Phase phase = new Phase();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Runnable helper = this::help;
    private final Run run = new Run();
    private volatile boolean open;
    private volatile @Nullable Thread waiting;

    /// The body of a loop.
    public interface Tasks {
        /// Does task `task`; `worker` is a number below the loop's threads that no other thread has meanwhile.
        void run(int task, int worker);
    }

    /// A loop of at most `threads` threads, the calling one included, with helpers on `executor`.
    public TaskLoop(int threads, Executor executor) {
        this.executor = executor;
        slots = new Slots(threads);
    }

    /// Threads that may take part.
    public int threads() {
        return slots.count();
    }

    /// Does tasks `0 … count − 1` in a run of one phase.
    public void run(int count, int threads, Tasks body) {
        try (Run only = begin(threads)) {
            only.phase(count, body);
        }
    }

    /// Begins a run of at most `threads` threads, and no more than the loop has; with 1, of the calling thread alone.
    public Run begin(int threads) {
        run.threads = Math.min(threads, slots.count());
        open = run.threads > 1;
        return run;
    }

    /// One run of the loop: phases, one after the other, that share their helpers.
    public final class Run implements AutoCloseable {
        private int threads;

        private Run() {}

        /// Does tasks `0 … count − 1`, asking for the helpers that are missing. The first exception of a task ends the
        /// phase and is thrown here, when no task is under way any more.
        public void phase(int count, Tasks body) {
            if (threads == 1 || count <= 1) {
                for (int task = 0; task < count; task++) {
                    body.run(task, CALLER);
                }
                return;
            }
            failure.set(null);
            unfinished.set(count);
            phase.begin(count, threads, body);
            for (int n = slots.held(threads) + 1; n < Math.min(threads, count); n++) {
                offerHelp();
            }
            work(CALLER);
            await();
            phase.end();
            rethrow();
        }

        /// Lets the helpers go.
        @Override
        public void close() {
            open = false;
        }
    }

    /// An executor that refuses only means that the caller works alone: every task is still there to be taken. One that
    /// is broken fails the run, but not before the helpers it did start have come to rest.
    private void offerHelp() {
        try {
            executor.execute(helper);
        } catch (RejectedExecutionException _) {
            return;
        } catch (RuntimeException | Error broken) {
            failure.compareAndSet(null, broken);
        }
    }

    private void help() {
        do {
            int worker = slots.take(phase.threads());
            if (worker == Slots.NONE) {
                return;
            }
            do {
                work(worker);
            } while (stays(worker));
            slots.giveBack(worker);
        } while (phase.hasTasks());
    }

    /// Waits a little for the next phase; true when it has tasks for `worker`.
    private boolean stays(int worker) {
        long start = System.nanoTime();
        for (int n = 0; open; n++) {
            if (phase.hasTasksFor(worker)) {
                return true;
            }
            if (!Pause.step(n, start, STAY_NANOS)) {
                return false;
            }
        }
        return false;
    }

    /// Takes tasks until there is none. The last to be done of all wakes the caller.
    private void work(int worker) {
        int done = 0;
        try {
            for (int task = phase.take(worker); task >= 0; task = phase.take(worker)) {
                done++;
                perform(task, worker);
            }
        } finally {
            if (done > 0 && unfinished.addAndGet(-done) == 0) {
                LockSupport.unpark(waiting);
            }
        }
    }

    private void perform(int task, int worker) {
        try {
            if (failure.get() == null) {
                phase.perform(task, worker);
            }
        } catch (Throwable thrown) { // whatever it is, it must reach the caller
            failure.compareAndSet(null, thrown);
        }
    }

    /// Waits for the tasks under way, whatever interrupts, which the caller is told afterwards: a pending interrupt
    /// would let no thread park.
    private void await() {
        long start = System.nanoTime();
        for (int n = 0; unfinished.get() > 0; n++) {
            if (!Pause.step(n, start, AWAIT_NANOS)) {
                awaitParked();
            }
        }
    }

    private void awaitParked() {
        boolean interrupted = false;
        waiting = Thread.currentThread();
        while (unfinished.get() > 0) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        waiting = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void rethrow() {
        Throwable first = failure.get();
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first != null) {
            throw new IllegalStateException("a task threw a checked exception: " + first, first);
        }
    }
}
