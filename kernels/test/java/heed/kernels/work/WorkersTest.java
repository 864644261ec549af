package heed.kernels.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WorkersTest {
    /// Well past the time that a thread waits for work.
    private static final int PATIENCE_SECONDS = 30;

    @Test
    void runsTasksOnDaemonThreadsOfItsName() throws Exception {
        Workers workers = new Workers("test-name", 2);
        Thread thread = threadOf(workers);
        assertTrue(thread.isDaemon());
        assertEquals("test-name-1", thread.getName());
    }

    /// All threads busy: the offer returns and the task is dropped, since its run works without it.
    @Test
    void neverBlocksWhoOffers() throws Exception {
        Workers workers = new Workers("test-busy", 2);
        CountDownLatch started = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        for (int n = 0; n < 2; n++) {
            workers.execute(() -> {
                started.countDown();
                awaitQuietly(end);
            });
        }
        assertTrue(started.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
        AtomicInteger extra = new AtomicInteger();
        for (int n = 0; n < 100; n++) {
            workers.execute(extra::incrementAndGet);
        }
        end.countDown();
        threadOf(workers);
        assertEquals(0, extra.get());
    }

    /// No workers at all, as on a machine of one core.
    @Test
    void mayHaveNoThreads() {
        new Workers("test-none", 0).execute(() -> {
            throw new AssertionError("there is no thread to run on");
        });
    }

    /// Many offer at once: at most `count` threads ever, and every task that runs runs once.
    @Test
    void startsNoMoreThreadsThanItsCount() throws Exception {
        Workers workers = new Workers("test-count", 3);
        Set<Thread> seen = ConcurrentHashMap.newKeySet();
        ConcurrentHashMap<Integer, AtomicInteger> runs = new ConcurrentHashMap<>();
        Set<Thread> offering = new HashSet<>();
        for (int n = 0; n < 4; n++) {
            int first = n * 10_000;
            offering.add(Thread.ofPlatform().start(() -> {
                for (int task = first; task < first + 10_000; task++) {
                    int number = task;
                    workers.execute(() -> {
                        seen.add(Thread.currentThread());
                        runs.computeIfAbsent(number, _ -> new AtomicInteger()).incrementAndGet();
                    });
                }
            }));
        }
        for (Thread thread : offering) {
            thread.join();
        }
        threadOf(workers);
        assertTrue(seen.size() <= 3, () -> "threads: " + seen);
        runs.forEach((task, count) -> assertTrue(count.get() <= 1, () -> "task " + task + " ran " + count + " times"));
    }

    /// A task that throws costs its helper's help and nothing else: the next task is run.
    @Test
    void outlivesATaskThatThrows() throws Exception {
        Workers workers = new Workers("test-throws", 1);
        for (int n = 0; n < 3; n++) {
            BlockingQueue<Thread> threads = new ArrayBlockingQueue<>(1);
            offerUntilTaken(workers, threads, () -> {
                threads.add(Thread.currentThread());
                Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
                throw new IllegalStateException("a task's own fault");
            });
        }
        threadOf(workers);
    }

    /// A thread without work looks out for some for a moment only, interrupted or not.
    @Test
    void parksIdleThreads() throws Exception {
        Workers workers = new Workers("test-parks", 1);
        Thread thread = threadOf(workers);
        for (int n = 0; n < 3; n++) {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            thread.interrupt();
        }
        assertSame(thread, threadOf(workers));
    }

    /// Idle threads end, and start again when there is work.
    @Test
    void endsIdleThreads() throws Exception {
        Workers workers = new Workers("test-idle", 1);
        Thread first = threadOf(workers);
        first.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertFalse(first.isAlive(), "an idle thread is still there");
        assertTrue(threadOf(workers).isAlive());
    }

    /// Runs a task and tells its thread.
    private static Thread threadOf(Workers workers) throws InterruptedException {
        BlockingQueue<Thread> threads = new ArrayBlockingQueue<>(1);
        return offerUntilTaken(workers, threads, () -> threads.add(Thread.currentThread()));
    }

    /// Offers until the task was taken: an offer to busy workers is dropped.
    private static Thread offerUntilTaken(Workers workers, BlockingQueue<Thread> threads, Runnable task)
            throws InterruptedException {
        AtomicInteger once = new AtomicInteger();
        for (int n = 0; n < 1_000; n++) {
            workers.execute(() -> {
                if (once.getAndIncrement() == 0) {
                    task.run();
                }
            });
            Thread thread = threads.poll(10, TimeUnit.MILLISECONDS);
            if (thread != null) {
                return thread;
            }
        }
        throw new AssertionError("no thread took the task");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
