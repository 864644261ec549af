package heed.kernels.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/// A loop that hangs is a failure after a minute; no test waits for time to pass.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TaskLoopTest {
    private static final int THREADS = 8;

    /// Each task once, whatever the executor does with the helpers.
    @TestFactory
    Stream<DynamicTest> doesEachTaskOnce() {
        List<Runnable> kept = new ArrayList<>();
        return Stream.of(
                on("an executor that forgets", _ -> {}),
                on("an executor that refuses", _ -> {
                    throw new RejectedExecutionException("full");
                }),
                on("an executor that works at once", Runnable::run),
                on("an executor that works later", kept::add),
                on("threads of its own each", task -> Thread.ofVirtual().start(task)),
                on("workers", new Workers("test-loop", THREADS - 1)));
    }

    private static DynamicTest on(String name, Executor executor) {
        return DynamicTest.dynamicTest(name, () -> {
            TaskLoop loop = new TaskLoop(THREADS, executor);
            for (int count : new int[] {0, 1, 2, 3, 7, 8, 9, 100}) {
                for (int threads = 1; threads <= THREADS; threads++) {
                    new Tally(count, THREADS).runOn(loop, threads);
                    checkPhases(loop, threads, count, 8, 1, count);
                }
            }
        });
    }

    /// The phases of one run, each whole before the next begins.
    private static void checkPhases(TaskLoop loop, int threads, int... counts) {
        try (TaskLoop.Run run = loop.begin(threads)) {
            for (int count : counts) {
                Tally tally = new Tally(count, threads);
                run.phase(count, tally);
                tally.assertNoneUnderWay();
                tally.assertEachOnce();
            }
        }
    }

    /// A helper that was there for one phase is there for the next: in each, two tasks wait for each other.
    @Test
    void keepsItsHelpersFromPhaseToPhase() throws Exception {
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            TaskLoop loop = new TaskLoop(2, pool);
            for (int n = 0; n < 1_000; n++) {
                try (TaskLoop.Run run = loop.begin(2)) {
                    for (int phase = 0; phase < 3; phase++) {
                        CountDownLatch both = new CountDownLatch(2);
                        run.phase(2, (_, _) -> meet(both));
                    }
                }
            }
        }
    }

    /// No more threads than the run may have, though helpers of wider runs are still about.
    @Test
    void keepsToTheThreadsOfARun() {
        Random random = new Random(3);
        TaskLoop loop = new TaskLoop(THREADS, new Workers("test-budget", THREADS - 1));
        for (int n = 0; n < 5_000; n++) {
            int threads = 1 + random.nextInt(THREADS);
            new Tally(20, threads).runOn(loop, threads); // a worker beyond the threads has no place in the tally
        }
    }

    /// Runs that follow one another at once, with helpers that come from any run before: each runs its own body.
    @Test
    void staleHelpersDoNoHarm() {
        Random random = new Random(1);
        TaskLoop loop = new TaskLoop(THREADS, new Workers("test-stale", THREADS - 1));
        for (int n = 0; n < 10_000; n++) {
            new Tally(1 + random.nextInt(20), THREADS).runOn(loop, 1 + random.nextInt(THREADS));
        }
    }

    /// The same with helpers that are held back and let go in the midst of later runs.
    @Test
    void helpersLetGoInALaterRunDoNoHarm() {
        ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
        Random random = new Random(2);
        TaskLoop loop = new TaskLoop(THREADS, held::add);
        AtomicBoolean ended = new AtomicBoolean();
        Runnable lettingGo = () -> {
            while (!ended.get()) {
                Optional.ofNullable(held.poll()).ifPresentOrElse(Runnable::run, Thread::yield);
            }
        };
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            for (int n = 0; n < 4; n++) {
                pool.execute(lettingGo);
            }
            for (int n = 0; n < 5_000; n++) {
                new Tally(1 + random.nextInt(20), THREADS).runOn(loop, 2 + random.nextInt(THREADS - 1));
            }
        } finally {
            ended.set(true);
            pool.shutdown();
        }
    }

    /// Helpers that come when all is done find nothing to do.
    @Test
    void helpersThatComeTooLateDoNothing() {
        List<Runnable> late = new ArrayList<>();
        TaskLoop loop = new TaskLoop(THREADS, late::add);
        Tally tally = new Tally(50, THREADS);
        tally.runOn(loop, THREADS);
        assertEquals(THREADS - 1, late.size());
        late.forEach(Runnable::run);
        tally.assertEachOnce();
    }

    /// A run on one thread is the caller's alone: its memory may be confined to it.
    @Test
    void oneThreadIsTheCaller() {
        Workers workers = new Workers("test-alone", THREADS - 1);
        TaskLoop loop = new TaskLoop(THREADS, workers);
        Thread caller = Thread.currentThread();
        for (int n = 0; n < 2_000; n++) {
            new Tally(4, THREADS).runOn(loop, THREADS);
            loop.run(4, 1, (_, worker) -> {
                assertSame(caller, Thread.currentThread());
                assertEquals(0, worker);
            });
        }
    }

    /// Loops within tasks of loops, all on one executor, from tasks of that executor: nobody waits for a helper.
    @TestFactory
    Stream<DynamicTest> nestsOnOneExecutor() {
        return Stream.of(1, 2, 5)
                .map(threads -> DynamicTest.dynamicTest(threads + " threads", () -> {
                    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
                        var runs = Stream.generate(() -> pool.submit(() -> nest(pool, 3)))
                                .limit(2L * threads)
                                .toList();
                        for (var run : runs) {
                            assertEquals(4 * 4 * 4, run.get(60, TimeUnit.SECONDS));
                        }
                    }
                }));
    }

    /// The leaves below four tasks a level.
    private static int nest(Executor executor, int levels) {
        if (levels == 0) {
            return 1;
        }
        AtomicInteger leaves = new AtomicInteger();
        new TaskLoop(3, executor).run(4, 3, (_, _) -> leaves.addAndGet(nest(executor, levels - 1)));
        return leaves.get();
    }

    /// The first exception comes out when no task is under way, the rest is not begun, and the loop runs again.
    @TestFactory
    Stream<DynamicTest> passesOnWhatATaskThrows() {
        return Stream.of(new IllegalStateException("task"), new StackOverflowError("task"))
                .flatMap(thrown -> Stream.of(1, 2, THREADS)
                        .map(threads -> DynamicTest.dynamicTest(
                                thrown + ", " + threads + " threads", () -> checkFailure(thrown, threads))));
    }

    private static void checkFailure(Throwable thrown, int threads) {
        TaskLoop loop = new TaskLoop(THREADS, new Workers("test-failure", THREADS - 1));
        for (int n = 0; n < 500; n++) {
            int failing = n % 20;
            AtomicInteger underWay = new AtomicInteger();
            AtomicInteger begun = new AtomicInteger();
            Throwable caught = assertThrows(
                    thrown.getClass(),
                    () -> loop.run(10_000, threads, (task, _) -> {
                        underWay.incrementAndGet();
                        begun.incrementAndGet();
                        try {
                            if (task >= failing) {
                                throwIt(thrown);
                            }
                        } finally {
                            underWay.decrementAndGet();
                        }
                    }));
            assertSame(thrown, caught);
            assertEquals(0, underWay.get());
            assertTrue(begun.get() <= failing + THREADS, "tasks begun after a failure: " + begun);
            new Tally(9, THREADS).runOn(loop, threads);
        }
    }

    private static void throwIt(Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        throw (Error) thrown;
    }

    /// An executor may break when some helpers are at work already: no task may outlive the run, which owns the
    /// memory.
    @Test
    void isDoneWhenABrokenExecutorThrows() {
        for (int n = 0; n < 200; n++) {
            AtomicInteger offers = new AtomicInteger();
            TaskLoop loop = new TaskLoop(THREADS, task -> {
                if (offers.incrementAndGet() == 3) {
                    throw new IllegalStateException("broken");
                }
                Thread.ofPlatform().daemon().start(task);
            });
            Tally tally = new Tally(400, THREADS);
            try {
                loop.run(400, THREADS, tally);
            } catch (IllegalStateException broken) {
                assertEquals("broken", broken.getMessage());
            }
            tally.assertNoneUnderWay();
        }
    }

    /// An interrupt neither ends a run nor is lost.
    @Test
    void outlivesAnInterrupt() {
        TaskLoop loop = new TaskLoop(2, new Workers("test-interrupt", 1));
        Tally tally = new Tally(20, 2);
        Thread.currentThread().interrupt();
        tally.runOn(loop, 2);
        assertTrue(Thread.interrupted());
    }

    /// A caller interrupted while it waits parks all the same: it does not spin until the helper is done.
    @Test
    void waitsParkedThoughInterrupted() throws Exception {
        TaskLoop loop = new TaskLoop(2, task -> Thread.ofPlatform().daemon().start(task));
        CountDownLatch both = new CountDownLatch(2);
        CountDownLatch helperMayEnd = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicBoolean stillInterrupted = new AtomicBoolean();
        Thread caller = Thread.ofPlatform().start(() -> {
            loop.run(2, 2, (_, worker) -> {
                meet(both);
                if (worker == 0) {
                    Thread.currentThread().interrupt();
                    interrupted.set(true);
                } else {
                    awaitQuietly(helperMayEnd);
                }
            });
            stillInterrupted.set(Thread.currentThread().isInterrupted());
        });
        while (!interrupted.get() || caller.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        helperMayEnd.countDown();
        caller.join();
        assertTrue(stillInterrupted.get());
    }

    private static void meet(CountDownLatch both) {
        both.countDown();
        awaitQuietly(both);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// A body that counts its tasks and holds every worker number to one thread at a time.
    private static final class Tally implements TaskLoop.Tasks {
        private final AtomicIntegerArray done;
        private final AtomicIntegerArray holders;

        Tally(int count, int threads) {
            done = new AtomicIntegerArray(count);
            holders = new AtomicIntegerArray(threads);
        }

        void runOn(TaskLoop loop, int threads) {
            loop.run(done.length(), threads, this);
            assertNoneUnderWay();
            assertEachOnce();
        }

        @Override
        public void run(int task, int worker) {
            assertEquals(1, holders.incrementAndGet(worker), "threads with number " + worker);
            done.incrementAndGet(task);
            if (task % 4 == 0) {
                Thread.yield();
            }
            holders.decrementAndGet(worker);
        }

        void assertNoneUnderWay() {
            for (int worker = 0; worker < holders.length(); worker++) {
                assertEquals(0, holders.get(worker), "number " + worker + " is at work after the run");
            }
        }

        void assertEachOnce() {
            for (int task = 0; task < done.length(); task++) {
                assertEquals(1, done.get(task), "times that task " + task + " was done");
            }
        }
    }
}
