package heed.kernels.work;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A few daemon threads that help a run, each backend's own.
///
/// Threads start on demand, wait parked and end after [#IDLE_NANOS] without work, so an idle backend costs nothing and
/// needs no closing. Offering work never blocks and never fails: if every thread is busy, the run that offers it
/// simply works alone.
public final class Workers implements Executor {
    private static final long IDLE_NANOS = 5_000_000_000L;

    /// A thread that has just done its last task is not idle yet when the next loop asks: some 20 µs of grace.
    private static final int SPINS = 2_000;

    private final String name;
    private final Worker[] workers;

    /// At most `count` threads called `name-1`, `name-2`, ….
    public Workers(String name, int count) {
        this.name = name;
        workers = new Worker[count];
        for (int n = 0; n < count; n++) {
            workers[n] = new Worker();
        }
    }

    /// Hands `task` to an idle thread, if there is one.
    @Override
    public void execute(Runnable task) {
        for (int spin = 0; spin < SPINS; spin++) {
            for (int n = 0; n < workers.length; n++) {
                if (workers[n].offer(task, n)) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private final class Worker implements Runnable {
        private static final int ABSENT = 0;
        private static final int IDLE = 1;
        private static final int CLAIMED = 2;
        private static final int BUSY = 3;

        private final AtomicInteger state = new AtomicInteger(ABSENT);
        private volatile Runnable task = () -> {};
        private volatile Thread thread = Thread.currentThread();

        boolean offer(Runnable offered, int n) {
            if (state.compareAndSet(IDLE, CLAIMED)) {
                task = offered;
                state.set(BUSY);
                LockSupport.unpark(thread);
                return true;
            }
            if (state.compareAndSet(ABSENT, CLAIMED)) {
                task = offered;
                state.set(BUSY);
                start(n);
                return true;
            }
            return false;
        }

        private void start(int n) {
            boolean started = false;
            try {
                thread = Thread.ofPlatform().daemon().name(name + "-" + (n + 1)).unstarted(this);
                thread.start();
                started = true;
            } finally {
                if (!started) {
                    state.set(ABSENT); // no thread can be had now
                }
            }
        }

        @Override
        public void run() {
            boolean ended = false;
            try {
                do {
                    task.run();
                    task = () -> {};
                    state.set(IDLE);
                } while (waitForTask());
                ended = true;
            } finally {
                if (!ended) {
                    state.set(ABSENT); // the task threw: the next offer starts a new thread
                }
            }
        }

        /// False when the thread may end: nothing came in time, and nobody claimed it meanwhile.
        private boolean waitForTask() {
            long deadline = System.nanoTime() + IDLE_NANOS;
            while (state.get() != BUSY) {
                long left = deadline - System.nanoTime();
                if (left <= 0 && state.compareAndSet(IDLE, ABSENT)) {
                    return false;
                }
                LockSupport.parkNanos(this, Math.max(left, 1_000));
            }
            return true;
        }
    }
}
