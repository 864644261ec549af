package heed.kernels.work;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs numbered tasks on the calling thread and whatever helpers turn up.
///
/// The caller takes tasks like any helper and, when none is left, waits for those under way only: never for a helper
/// that has not started. So a run that is itself a task of the executor cannot deadlock, and an executor that drops
/// or delays the helpers costs speed alone. Which thread takes a task changes nothing about its result.
///
/// One loop is reused by all runs of a workspace. A helper left over from an earlier run finds either nothing to do or
/// the tasks of a later one, which it may take as well: tasks are claimed by one compare-and-set on (count, next). A
/// run on the calling thread alone publishes nothing, so that no helper can touch memory confined to its caller.
public final class TaskLoop {
    private static final int SPINS = 2_000;
    private static final int CALLER = 0;

    private final Executor executor;
    private final Slots slots;
    private final AtomicLong countAndNext = new AtomicLong();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Runnable helper = this::help;
    private volatile Tasks tasks = (task, worker) -> {};
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

    /// Does tasks `0 … count − 1`, asking for `threads − 1` helpers; with 1, on the calling thread alone. The first
    /// exception of a task ends the loop and is thrown here, when no task is under way any more.
    public void run(int count, int threads, Tasks body) {
        if (threads == 1 || count <= 1) {
            for (int task = 0; task < count; task++) {
                body.run(task, CALLER);
            }
            return;
        }
        tasks = body;
        failure.set(null);
        unfinished.set(count);
        countAndNext.set((long) count << 32);
        int helpers = Math.min(Math.min(threads, slots.count()), count) - 1;
        for (int n = 0; n < helpers; n++) {
            offerHelp();
        }
        work(CALLER);
        await();
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
        int worker = slots.take();
        if (worker < 0) {
            return;
        }
        work(worker);
        slots.giveBack(worker);
    }

    private void work(int worker) {
        for (int task = claim(); task >= 0; task = claim()) {
            perform(task, worker);
        }
    }

    /// The next task, or −1.
    private int claim() {
        while (true) {
            long now = countAndNext.get();
            int next = (int) now;
            if (next >= (int) (now >>> 32)) {
                return -1;
            }
            if (countAndNext.compareAndSet(now, now + 1)) {
                return next;
            }
        }
    }

    private void perform(int task, int worker) {
        try {
            if (failure.get() == null) {
                tasks.run(task, worker);
            }
        } catch (Throwable thrown) { // whatever it is, it must reach the caller
            failure.compareAndSet(null, thrown);
        } finally {
            if (unfinished.decrementAndGet() == 0) {
                LockSupport.unpark(waiting);
            }
        }
    }

    private void await() {
        for (int n = 0; n < SPINS && unfinished.get() > 0; n++) {
            Thread.onSpinWait();
        }
        waiting = Thread.currentThread();
        while (unfinished.get() > 0) {
            LockSupport.park(this);
        }
        waiting = null;
    }
}
