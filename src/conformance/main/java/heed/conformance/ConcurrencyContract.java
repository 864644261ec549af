package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Plans shared by threads, threads shared by plans, memory of one thread.
public interface ConcurrencyContract extends BackendContract {
    /// Seconds after which a run is taken to be deadlocked; nothing else depends on it.
    int PATIENCE = 60;

    /// Four threads on one plan, with fewer workspaces and with enough.
    @TestFactory
    default Stream<DynamicTest> concurrentRunsOfOnePlan() {
        return Stream.of(1, 3, 4)
                .map(workspaces -> DynamicTest.dynamicTest(workspaces + " workspaces", () -> {
                    Problem problem = problem();
                    AttentionBackend backend = computing(problem.spec());
                    PartialOutput expected = problem.run(backend);
                    PlanOptions options = PlanOptions.DEFAULT.withThreads(2).withMaxConcurrentRuns(workspaces);
                    try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), options);
                            ExecutorService callers = Executors.newFixedThreadPool(4)) {
                        List<Future<PartialOutput>> results = new ArrayList<>();
                        for (int n = 0; n < 12; n++) {
                            results.add(callers.submit(() -> problem.run(plan)));
                        }
                        for (Future<PartialOutput> result : results) {
                            Tensors.assertSameBits(
                                    expected, result.get(PATIENCE, TimeUnit.SECONDS), "concurrent run, " + problem);
                        }
                    }
                }));
    }

    /// A run that is itself a task of the executor it was given: the caller may not wait for a task behind itself.
    @TestFactory
    default Stream<DynamicTest> nestedUseOfOneExecutor() {
        return Stream.of(new int[] {1, 1}, new int[] {2, 1}, new int[] {2, 2}).map(counts -> {
            String name = counts[0] + " threads, " + counts[1] + " workspaces";
            return DynamicTest.dynamicTest(name, () -> checkNested(counts[0], counts[1]));
        });
    }

    private void checkNested(int threads, int workspaces) throws Exception {
        Problem problem = problem();
        AttentionBackend backend = computing(problem.spec());
        PartialOutput expected = problem.run(backend);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        PlanOptions options =
                PlanOptions.DEFAULT.withThreads(4).withExecutor(pool).withMaxConcurrentRuns(workspaces);
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), options)) {
            List<Future<PartialOutput>> results = new ArrayList<>();
            for (int n = 0; n < 2 * threads; n++) {
                results.add(pool.submit(() -> problem.run(plan)));
            }
            for (Future<PartialOutput> result : results) {
                Tensors.assertSameBits(expected, result.get(PATIENCE, TimeUnit.SECONDS), "nested run");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /// Executors that never run a task, refuse it, or run it when the plan is long closed.
    @TestFactory
    default Stream<DynamicTest> executorsThatDoNotHelp() {
        List<Runnable> late = new ArrayList<>();
        Executor refusing = task -> {
            throw new RejectedExecutionException("full");
        };
        Executor forgetting = task -> {};
        return Stream.of(
                DynamicTest.dynamicTest("refusing", () -> runOn(refusing)),
                DynamicTest.dynamicTest("forgetting", () -> runOn(forgetting)),
                DynamicTest.dynamicTest("late", () -> {
                    PartialOutput result = runOn(late::add);
                    PartialOutput copy =
                            new PartialOutput(Tensors.copy(result.output()), Tensors.copy(result.logSumExp()));
                    late.forEach(Runnable::run);
                    Tensors.assertSameBits(copy, result, "a task started after the run wrote to its output");
                }));
    }

    private PartialOutput runOn(Executor executor) throws Exception {
        Problem problem = problem();
        AttentionBackend backend = computing(problem.spec());
        PartialOutput expected = problem.run(backend);
        PlanOptions options = PlanOptions.DEFAULT.withThreads(4).withExecutor(executor);
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            Future<PartialOutput> run = caller.submit(() -> problem.run(backend, problem.sizes(), options));
            PartialOutput result = run.get(PATIENCE, TimeUnit.SECONDS);
            Tensors.assertSameBits(expected, result, "run without help");
            return result;
        }
    }

    /// Memory confined to the caller: done by the caller alone, with the same bits.
    @Test
    default void confinedArenaOfTheCaller() {
        Problem problem = problem();
        AttentionBackend backend = computing(problem.spec());
        PartialOutput expected = problem.run(backend);
        try (Arena arena = Arena.ofConfined()) {
            Problem confined = problem.withLayout(tensor -> moved(tensor, arena));
            Tensor output = moved(expected.output(), arena);
            Tensors.fill(output, Double.NaN);
            PartialOutput result = new PartialOutput(output, problem.room().logSumExp());
            PlanOptions options = PlanOptions.DEFAULT.withThreads(4);
            try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), options)) {
                plan.run(confined.arguments(result));
            }
            Tensors.assertSameBits(expected, result, "confined memory");
        }
    }

    /// Closing a shared arena under a run gives the run an exception, or the closer, but no crash and no hang.
    @Test
    default void arenaClosedUnderARun() throws Exception {
        Problem problem = Problem.random(spec(), 2, 64, 200, 94);
        AttentionBackend backend = computing(problem.spec());
        Arena arena = Arena.ofShared();
        Problem shared = problem.withLayout(tensor -> moved(tensor, arena));
        CountDownLatch running = new CountDownLatch(1);
        PlanOptions options = PlanOptions.DEFAULT.withThreads(3);
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), options);
                ExecutorService caller = Executors.newSingleThreadExecutor()) {
            PartialOutput target = problem.room();
            Future<?> runs = caller.submit(() -> {
                while (true) {
                    running.countDown();
                    plan.run(shared.arguments(target));
                }
            });
            assertTrue(running.await(PATIENCE, TimeUnit.SECONDS), "the caller never started");
            closeWhenAllowed(arena);
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> runs.get(PATIENCE, TimeUnit.SECONDS));
            RuntimeException cause = assertInstanceOf(RuntimeException.class, failure.getCause());
            assertTrue(
                    cause instanceof IllegalStateException || cause instanceof IllegalArgumentException,
                    () -> "a closed arena must be refused or reported as a state: " + cause);
            Tensors.assertSameBits(problem.run(backend), problem.run(plan), "the plan after an arena was closed");
        }
    }

    private static void closeWhenAllowed(Arena arena) {
        boolean open = true;
        while (open) {
            try {
                arena.close();
                open = false;
            } catch (IllegalStateException _) {
                // A native call holds the arena: it may be closed between two calls.
                Thread.onSpinWait();
            }
        }
    }

    /// Closing a plan waits for its runs; what they wrote is whole.
    @Test
    default void closeWaitsForRuns() throws Exception {
        Problem problem = problem();
        AttentionBackend backend = computing(problem.spec());
        PartialOutput expected = problem.run(backend);
        AtomicReference<PartialOutput> last = new AtomicReference<>(expected);
        CountDownLatch running = new CountDownLatch(2);
        AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), PlanOptions.DEFAULT);
        try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int n = 0; n < 2; n++) {
                runs.add(callers.submit(() -> {
                    while (true) {
                        last.set(problem.run(plan));
                        running.countDown();
                    }
                }));
            }
            assertTrue(running.await(PATIENCE, TimeUnit.SECONDS), "no run ended");
            plan.close();
            for (Future<?> run : runs) {
                ExecutionException failure =
                        assertThrows(ExecutionException.class, () -> run.get(PATIENCE, TimeUnit.SECONDS));
                assertInstanceOf(IllegalStateException.class, failure.getCause());
            }
        }
        Tensors.assertSameBits(expected, last.get(), "the last run before close");
    }

    private static Tensor moved(Tensor tensor, Arena arena) {
        int count = java.util.Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact);
        ElementType type = tensor.type();
        Tensor copy = Tensor.of(arena.allocate((long) count * type.bytes(), 64), type, tensor.shape());
        Tensors.forEach(tensor.shape(), index -> copy.set(tensor.get(index), index));
        return copy;
    }

    private static Problem problem() {
        return Problem.random(spec(), 2, 20, 90, 91);
    }

    private static AttentionSpec spec() {
        return AttentionSpec.builder(4, 24).kvHeads(2).mask(Mask.causal()).build();
    }
}
