package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientPlan;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Gradient plans shared by threads, closed under them, over memory that is only read.
public interface GradientRunsContract extends BackendContract {
    /// Seconds after which a run is taken to be deadlocked; nothing else depends on it.
    int MOST_SECONDS = 60;

    private static GradientProblem problem(ElementType type) {
        AttentionSpec spec = AttentionSpec.builder(4, 24)
                .kvHeads(2)
                .mask(Mask.causal())
                .sink()
                .logSumExp()
                .type(type)
                .build();
        return new GradientProblem(spec, 20, 90);
    }

    /// Four threads on one plan, with fewer workspaces and with enough, give the bits of one run alone.
    @TestFactory
    default Stream<DynamicTest> concurrentGradientsOfOnePlan() {
        return Stream.of(ElementType.F32, ElementType.F64)
                .flatMap(type -> Stream.of(1, 3, 4)
                        .map(workspaces -> DynamicTest.dynamicTest(
                                type + ", " + workspaces + " workspaces", () -> checkConcurrent(type, workspaces))));
    }

    private void checkConcurrent(ElementType type, int workspaces) throws Exception {
        GradientProblem problem = problem(type);
        AttentionSpec spec = problem.problem.spec();
        AttentionBackend backend = differentiating(spec);
        AttentionArguments forward = problem.forward(backend);
        PlanOptions options = PlanOptions.DEFAULT.withThreads(2).withMaxConcurrentRuns(workspaces);
        try (GradientPlan plan = backend.planGradient(spec, problem.problem.sizes(), options);
                ExecutorService callers = Executors.newFixedThreadPool(4)) {
            Tensor[] expected = problem.on(plan, forward);
            List<Future<Tensor[]>> results = new ArrayList<>();
            for (int n = 0; n < 12; n++) {
                results.add(callers.submit(() -> problem.on(plan, forward)));
            }
            for (Future<Tensor[]> result : results) {
                assertSameBits(expected, result.get(MOST_SECONDS, TimeUnit.SECONDS));
            }
        }
    }

    /// Closing waits for the runs under way, which end whole; those that follow are refused.
    @Test
    default void closeWaitsForGradients() throws Exception {
        GradientProblem problem = problem(ElementType.F32);
        AttentionSpec spec = problem.problem.spec();
        AttentionBackend backend = differentiating(spec);
        AttentionArguments forward = problem.forward(backend);
        GradientPlan plan = backend.planGradient(spec, problem.problem.sizes(), PlanOptions.DEFAULT);
        Tensor[] expected = problem.on(plan, forward);
        AtomicReference<Tensor[]> last = new AtomicReference<>(expected);
        CountDownLatch running = new CountDownLatch(2);
        try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int n = 0; n < 2; n++) {
                runs.add(callers.submit(() -> {
                    while (true) {
                        last.set(problem.on(plan, forward));
                        running.countDown();
                    }
                }));
            }
            assertTrue(running.await(MOST_SECONDS, TimeUnit.SECONDS), "no run ended");
            plan.close();
            for (Future<?> run : runs) {
                ExecutionException failure =
                        assertThrows(ExecutionException.class, () -> run.get(MOST_SECONDS, TimeUnit.SECONDS));
                assertInstanceOf(IllegalStateException.class, failure.getCause());
            }
        }
        assertSameBits(expected, last.get());
        plan.close();
    }

    /// What the forward run wrote is an input here, and may be memory that nobody may write to.
    @Test
    default void outputsOfTheForwardRunAreOnlyRead() {
        GradientProblem problem = problem(ElementType.F32);
        AttentionSpec spec = problem.problem.spec();
        AttentionBackend backend = differentiating(spec);
        var room = problem.problem.room();
        try (var plan = backend.plan(spec, problem.problem.sizes(), PlanOptions.DEFAULT)) {
            plan.run(problem.arguments(room));
        }
        try (GradientPlan plan = backend.planGradient(spec, problem.problem.sizes(), PlanOptions.DEFAULT)) {
            Tensor[] expected = problem.on(plan, problem.arguments(room));
            AttentionArguments forward =
                    problem.arguments(room).output(readOnly(room.output())).logSumExp(readOnly(room.logSumExp()));
            assertSameBits(expected, problem.on(plan, forward));
        }
    }

    /// Memory of the caller alone, in inputs of the forward run: done by the caller alone, with the same bits.
    @Test
    default void gradientsOfMemoryConfinedToTheCaller() {
        GradientProblem problem = problem(ElementType.F32);
        AttentionSpec spec = problem.problem.spec();
        AttentionBackend backend = differentiating(spec);
        PlanOptions options = PlanOptions.DEFAULT.withThreads(4);
        AttentionArguments forward = problem.forward(backend);
        try (GradientPlan plan = backend.planGradient(spec, problem.problem.sizes(), options);
                Arena arena = Arena.ofConfined()) {
            Tensor[] expected = problem.on(plan, forward);
            Tensor key = problem.problem.key();
            Tensor confined = Tensor.of(
                    arena.allocate(key.segment().byteSize(), 64).copyFrom(key.segment()), key.type(), key.shape());
            assertSameBits(expected, problem.on(plan, forward.key(confined)));
        }
    }

    private static Tensor readOnly(Tensor tensor) {
        return Tensor.of(tensor.segment().asReadOnly(), tensor.type(), tensor.shape());
    }

    private static void assertSameBits(Tensor[] expected, Tensor[] got) {
        for (int n = 0; n < expected.length; n++) {
            Tensors.assertSameBits(expected[n], got[n], "gradient of " + GradientProblem.NAMES.get(n));
        }
    }
}
