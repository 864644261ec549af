package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KvCache;
import heed.attention.KvShape;
import heed.attention.KvStorage;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs allocate nothing where the contract does not look: with mask tensors, over keys on the device, careful runs.
/// As there, until the compiler has done its work.
final class CudaAllocationTest {
    private static final int RUNS = 100;

    /// Seconds after which a run that still allocates is taken to do so always.
    private static final int PATIENCE = 60;

    private CudaDouble cuda;
    private CudaMachine machine;

    @BeforeEach
    void open() {
        cuda = CudaDouble.get();
        machine = cuda.machine();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void maskTensorsAndValuesThatAreNotFinite(boolean poisoned) {
        AttentionSpec spec = AttentionSpec.builder(4, 8)
                .kvHeads(2)
                .mask(Mask.causal().and(Mask.booleanTensor()).and(Mask.additiveTensor()))
                .sink()
                .logSumExp()
                .build();
        Attend attend = Attend.random(spec, 3, 20);
        if (poisoned) {
            attend.value().set(Double.NaN, 0, 0, 19, 0);
        }
        AttentionArguments arguments = attend.arguments(Attend.zeros(ElementType.F32, 1, 4, 3, 8));
        try (AttentionPlan plan = attend.plan(new CudaBackend(machine))) {
            assertAllocatesNothing(() -> plan.run(arguments));
        }
    }

    /// In place, and gathered.
    @ParameterizedTest
    @ValueSource(ints = {4, 512})
    void keysOnTheDevice(int pageLen) {
        AttentionSpec spec = AttentionSpec.builder(2, 8)
                .kvHeads(1)
                .mask(Mask.causal())
                .pageLen(pageLen)
                .build();
        Attend attend = Attend.random(spec, 2, 20);
        try (CudaArena arena = CudaArena.on(machine.device());
                AttentionPlan plan = new CudaBackend(machine).plan(spec, attend.sizes(), PlanOptions.DEFAULT)) {
            KvCache cache = new KvCache(KvStorage.allocate(KvShape.of(spec, pageLen, 6), arena));
            int sequence = cache.newSequence();
            cache.append(sequence, rows(attend.key()), rows(attend.value()));
            Tensor output = Attend.zeros(ElementType.F32, 1, 2, 2, 8);
            try (KvCache.Snapshot now = cache.snapshot(sequence)) {
                AttentionArguments arguments = now.giveTo(
                                new AttentionArguments().query(attend.query()).output(output))
                        .lengths(new SequenceLengths(1).kvLens(now.lens()));
                assertAllocatesNothing(() -> plan.run(arguments));
            }
        }
    }

    private static Tensor rows(Tensor tensor) {
        return Tensor.of(tensor.segment(), tensor.type(), tensor.size(1), tensor.size(2), tensor.size(3));
    }

    private void assertAllocatesNothing(Runnable run) {
        long start = System.nanoTime();
        long bytes = bytesAllocated(run);
        while (bytes > 0 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(PATIENCE)) {
            bytes = bytesAllocated(run);
        }
        assertThat(bytes).as("bytes allocated by %d runs", RUNS).isZero();
    }

    private static long bytesAllocated(Runnable run) {
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        assumeTrue(threads != null && threads.isThreadAllocatedMemoryEnabled(), "this JVM does not count");
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int n = 0; n < RUNS; n++) {
            run.run();
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
