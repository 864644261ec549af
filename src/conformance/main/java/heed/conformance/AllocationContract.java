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
                                        () -> checkAllocation(memory, threads, queryLen)))));
    }

    /// Diagnostics by rows and by columns, of one query row and of a few.
    @TestFactory
    default Stream<DynamicTest> runsWithDiagnosticsAllocateNothing() {
        return Stream.of(1, 9)
                .map(queryLen -> DynamicTest.dynamicTest("queryLen " + queryLen, () -> checkDiagnostics(queryLen)));
    }

    private void checkAllocation(Memory memory, int threads, int queryLen) {
        AttentionSpec spec =
                AttentionSpec.builder(4, 24).kvHeads(2).mask(Mask.causal()).build();
        Problem problem = Problem.random(spec, 2, queryLen, 40, 131)
                .withLayout(tensor ->
                        Placement.of(tensor, Layout.BHSD, memory, Double.NaN).view());
        check(problem, problem.arguments(problem.room()), threads);
    }

    private void checkDiagnostics(int queryLen) {
        AttentionSpec spec = AttentionSpec.builder(4, 24)
                .kvHeads(2)
                .mask(Mask.causal())
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
            long start = System.nanoTime();
            long bytes = bytesAllocated(plan, arguments);
            while (bytes > 0 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(warmUpSeconds())) {
                bytes = bytesAllocated(plan, arguments);
            }
            assertEquals(0, bytes, () -> "bytes allocated by " + RUNS + " runs, " + problem);
        }
    }

    private static long bytesAllocated(AttentionPlan plan, AttentionArguments arguments) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        if (threads == null || !threads.isThreadAllocatedMemoryEnabled()) {
            return abort("this JVM does not count what a thread allocates");
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int n = 0; n < RUNS; n++) {
            plan.run(arguments);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
