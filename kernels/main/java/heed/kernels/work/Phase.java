package heed.kernels.work;

import heed.kernels.work.TaskLoop.Tasks;
import java.util.concurrent.atomic.AtomicLong;

/// The tasks to be done now and how many of them nobody has taken: one word, (number of the phase, tasks left).
///
/// The other fields are written while no task is left, and before the word. Whoever takes a task has read them between
/// its reading of the word and its compare-and-set, which fails if another phase has begun meanwhile: so a helper that
/// slept through any number of phases takes a task of the present one, by the present one's rules, or none.
final class Phase {
    private static final Tasks NOTHING = (_, _) -> {};

    private final AtomicLong numberAndLeft = new AtomicLong();
    private int count;
    private volatile int threads = 1;
    private Tasks body = NOTHING;

    /// Begins a phase of `count` tasks for workers below `threads`.
    void begin(int count, int threads, Tasks body) {
        this.count = count;
        this.threads = threads;
        this.body = body;
        long number = (numberAndLeft.get() >>> 32) + 1;
        numberAndLeft.set(number << 32 | count);
    }

    /// Forgets the body, which holds on to memory that is not ours. All tasks are done.
    void end() {
        body = NOTHING;
    }

    /// Workers that may take part in the phase last begun.
    int threads() {
        return threads;
    }

    boolean hasTasks() {
        return (int) numberAndLeft.get() != 0;
    }

    boolean hasTasksFor(int worker) {
        return hasTasks() && worker < threads;
    }

    /// Takes a task; −1 when there is none for `worker`.
    int take(int worker) {
        while (true) {
            long now = numberAndLeft.get();
            int left = (int) now;
            if (left == 0 || worker >= threads) {
                return -1;
            }
            int task = count - left;
            if (numberAndLeft.compareAndSet(now, now - 1)) {
                return task;
            }
        }
    }

    /// Does a task that the calling thread has taken.
    void perform(int task, int worker) {
        body.run(task, worker);
    }
}
