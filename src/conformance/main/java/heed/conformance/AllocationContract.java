package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.management.ThreadMXBean;
import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.CallReport;
import heed.attention.Diagnostics;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.conformance.Placement.Layout;
import heed.conformance.Placement.Memory;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs that allocate nothing on the heap.
///
/// What the interpreter allocates, vectors and optionals, the compiler does away with, and when it gets round to
/// that depends on the machine. So runs are repeated until a hundred in a row allocate not a byte, and fail only
/// if that never happens. Counted is the calling thread; helpers run the same code.
public interface AllocationContract extends BackendContract {
    /// Runs that must allocate nothing in a row.
    int RUNS = 100;

    /// Seconds after which a run that still allocates is taken to do so always; nothing else depends on it.
    default int warmUpSeconds() {
        return 30;
    }

    /// Heap and native memory, without helpers and with, decode and a few query rows.
    @TestFactory
    default Stream<DynamicTest> runsAllocateNothing() {
        return Stream.of(Memory.values())
                .flatMap(memory -> Stream.of(1, 2)
                        .flatMap(threads -> Stream.of(1, 9)
                                .map(queryLen -> DynamicTest.dynamicTest(
                                        memory + ", threads " + threads + ", queryLen " + queryLen,
                                        () -> checkAllocation(ElementType.F32, memory, threads, queryLen)))));
    }

    /// The same with query, key and value of 16 bits.
    @TestFactory
    default Stream<DynamicTest> runsOf16BitsAllocateNothing() {
        return Stream.of(1, 9)
                .map(queryLen -> DynamicTest.dynamicTest(
                        "queryLen " + queryLen, () -> checkAllocation(ElementType.BF16, Memory.NATIVE, 2, queryLen)));
    }

    /// Diagnostics by rows and by columns, and a sink, of one query row and of a few.
    @TestFactory
    default Stream<DynamicTest> runsWithDiagnosticsAllocateNothing() {
        return Stream.of(1, 9)
                .map(queryLen -> DynamicTest.dynamicTest("queryLen " + queryLen, () -> checkDiagnostics(queryLen)));
    }

    private void checkAllocation(ElementType type, Memory memory, int threads, int queryLen) {
        AttentionSpec spec = AttentionSpec.builder(4, 24)
                .kvHeads(2)
                .mask(Mask.causal())
                .type(type)
                .outputType(ElementType.F32)
                .build();
        Problem problem = Problem.random(spec, 2, queryLen, 40, 131)
                .withLayout(tensor ->
                        Placement.of(tensor, Layout.BHSD, memory, Double.NaN).view());
        check(problem, problem.arguments(problem.room()), threads);
    }

    private void checkDiagnostics(int queryLen) {
        AttentionSpec spec = AttentionSpec.builder(4, 24)
                .kvHeads(2)
                .mask(Mask.causal())
                .sink()
                .extraOutput(ExtraOutput.ENTROPY)
                .extraOutput(ExtraOutput.COLUMN_MASS)
                .build();
        Problem problem = Problem.random(spec, 2, queryLen, 40, 132);
        Diagnostics targets = new Diagnostics()
                .entropy(Tensors.zeros(ElementType.F32, 2, 4, queryLen))
                .columnMass(Tensors.zeros(ElementType.F32, 2, 4, 40));
        check(problem, problem.arguments(problem.room()).diagnostics(targets), 1);
    }

    private void check(Problem problem, AttentionArguments arguments, int threads) {
        arguments.report(new CallReport());
        PlanOptions options = PlanOptions.DEFAULT.withThreads(threads);
        AttentionBackend backend = computing(problem.spec());
        try (AttentionPlan plan = backend.plan(problem.spec(), problem.sizes(), options)) {
            assertAllocatesNothing(() -> plan.run(arguments), problem);
        }
    }

    /// Gradients of everything, in f32 and f64, the bias's summed over its rows.
    @TestFactory
    default Stream<DynamicTest> gradientsAllocateNothing() {
        return Stream.of(ElementType.F32, ElementType.F64)
                .map(type -> DynamicTest.dynamicTest(type.toString(), () -> checkGradients(type)));
    }

    private void checkGradients(ElementType type) {
        AttentionSpec spec = AttentionSpec.builder(4, 24)
                .kvHeads(2)
                .mask(Mask.causal().and(Mask.additiveTensor()))
                .sink()
                .logSumExp()
                .type(type)
                .build();
        AttentionBackend backend = differentiating(spec);
        GradientProblem run =
                new GradientProblem(Problem.random(spec, 2, 9, 40, 133).withBias(Tensors.zeros(type, 1, 40)));
        AttentionArguments forward = run.forward(backend);
        GradientArguments gradients = run.gradients();
        try (GradientPlan plan = backend.planGradient(spec, run.problem.sizes(), PlanOptions.DEFAULT.withThreads(1))) {
            assertAllocatesNothing(() -> plan.run(forward, gradients), run.problem);
        }
    }

    private void assertAllocatesNothing(Runnable run, Problem problem) {
        long start = System.nanoTime();
        long bytes = bytesAllocated(run);
        while (bytes > 0 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(warmUpSeconds())) {
            bytes = bytesAllocated(run);
        }
        assertEquals(0, bytes, () -> "bytes allocated by " + RUNS + " runs, " + problem);
    }

    private static long bytesAllocated(Runnable run) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        if (threads == null || !threads.isThreadAllocatedMemoryEnabled()) {
            return abort("this JVM does not count what a thread allocates");
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int n = 0; n < RUNS; n++) {
            run.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
