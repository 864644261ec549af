package heed.kernels.work;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A few daemon threads that help a run, each backend's own.
///
/// Threads start on demand. One that has no work looks out for some for [#LOOK_NANOS], so that runs in quick succession
/// find it awake, then parks, and ends after [#IDLE_NANOS]: an idle backend costs nothing and needs no closing.
///
/// Offering work never blocks, never fails and allocates nothing but threads: if every thread is busy, the run that
/// offers it simply works alone.
public final class Workers implements Executor {
    private static final long LOOK_NANOS = 50_000;
    private static final long IDLE_NANOS = 5_000_000_000L;

    /// A thread that has just left another loop is not idle yet: a microsecond or two of grace.
    private static final int GRACE = 64;

    /// What a worker has instead of a task.
    private enum No implements Runnable {
        /// There is a thread.
        TASK,
        /// There is none.
        THREAD;

        @Override
        public void run() {}
    }

    private final Worker[] workers;

    /// At most `count` threads called `name-1`, `name-2`, ….
    public Workers(String name, int count) {
        workers = new Worker[count];
        for (int n = 0; n < count; n++) {
            workers[n] = new Worker(name + "-" + (n + 1));
        }
    }

    /// Hands `task` to an idle thread, if there is one.
    @Override
    public void execute(Runnable task) {
        for (int n = 0; n < GRACE; n++) {
            for (Worker worker : workers) {
                if (worker.accepts(task)) {
                    return;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static final class Worker implements Runnable {
        private final String name;
        private final AtomicReference<Runnable> task = new AtomicReference<>(No.THREAD);
        private volatile @Nullable Thread parked;

        Worker(String name) {
            this.name = name;
        }

        boolean accepts(Runnable offered) {
            Runnable now = task.get();
            if (now == No.TASK && task.compareAndSet(No.TASK, offered)) {
                LockSupport.unpark(parked);
                return true;
            }
            if (now == No.THREAD && task.compareAndSet(No.THREAD, offered)) {
                start();
                return true;
            }
            return false;
        }

        private void start() {
            boolean started = false;
            try {
                Thread.ofPlatform().daemon().name(name).start(this);
                started = true;
            } finally {
                if (!started) {
                    task.set(No.THREAD); // no thread can be had now
                }
            }
        }

        @Override
        public void run() {
            boolean ended = false;
            try {
                do {
                    task.get().run();
                    task.set(No.TASK);
                } while (looksOut() || waits());
                ended = true;
            } finally {
                if (!ended) {
                    task.set(No.THREAD); // the task threw: the next offer starts a new thread
                }
            }
        }

        private boolean looksOut() {
            long start = System.nanoTime();
            for (int n = 0; task.get() == No.TASK; n++) {
                if (!Pause.step(n, start, LOOK_NANOS)) {
                    return false;
                }
            }
            return true;
        }

        /// False when the thread may end: nothing came in time, and nobody offers anything any more.
        private boolean waits() {
            long start = System.nanoTime();
            parked = Thread.currentThread();
            for (long left = IDLE_NANOS; left > 0 && task.get() == No.TASK; ) {
                LockSupport.parkNanos(this, left);
                Thread.interrupted(); // pending, it would let no thread park
                left = start + IDLE_NANOS - System.nanoTime();
            }
            parked = null;
            return !task.compareAndSet(No.TASK, No.THREAD);
        }
    }
}
