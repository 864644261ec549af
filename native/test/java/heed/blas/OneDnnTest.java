package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What the contract does not ask: which library, on which threads, and where its memory goes. Where there is
/// none, the contract tells whether that is allowed.
@EnabledOnOs(OS.LINUX)
final class OneDnnTest {
    private static final int PLANS = 300;

    private final OneDnnBackend backend = new OneDnnBackend();

    @BeforeEach
    void available() {
        assumeTrue(
                backend.availability() instanceof Availability.Available,
                backend.availability().toString());
    }

    @Test
    void itsOwnFileByName(@TempDir Path directory) {
        Path bundled = OneDnn.dnnl().library();
        assertThat(OneDnnNamedTest.locate(directory, bundled)).isInstanceOf(OneDnnLibrary.Opened.class);
    }

    /// A library that computed with threads of its own would have made them by now.
    @Test
    void productsMakeNoThreads() throws IOException {
        Problem problem = new Problem(300, 600);
        try (AttentionPlan plan = problem.plan(backend, 1)) {
            problem.run(plan);
            long before = threads();
            for (int n = 0; n < 20; n++) {
                problem.run(plan);
            }
            assertThat(threads()).isLessThanOrEqualTo(before + 2); // the JVM may start a compiler's
        }
    }

    private static long threads() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.count();
        }
    }

    @Test
    void manyThreadsGiveTheBitsOfOne() {
        Problem problem = new Problem(300, 600);
        float[] alone;
        try (AttentionPlan plan = problem.plan(backend, 1)) {
            alone = problem.run(plan);
        }
        IntStream.range(0, 16).parallel().forEach(n -> {
            try (AttentionPlan plan = problem.plan(backend, 1 + n % 3)) {
                assertThat(problem.run(plan)).isEqualTo(alone);
            }
        });
    }

    @Test
    void plansGiveTheirMemoryBack() throws IOException {
        Problem problem = new Problem(128, 2048);
        long[] held = {0};
        Runnable once = () -> {
            try (AttentionPlan plan = problem.plan(backend, 1)) {
                problem.run(plan);
                held[0] += plan.workspaceBytes();
            }
        };
        IntStream.range(0, PLANS / 4).forEach(_ -> once.run());
        long before = addressSpace();
        held[0] = 0;
        IntStream.range(0, PLANS).forEach(_ -> once.run());
        assertThat(addressSpace() - before).isLessThan(held[0] / 10);
    }

    /// `VmSize`, in bytes.
    private static long addressSpace() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /// Tensors of bf16 with 4 heads of 64 dims.
    private record Problem(AttentionSpec spec, AttentionSizes sizes, Tensor query, Tensor key) {
        private static final int HEADS = 4;
        private static final int DIM = 64;

        Problem(int queryLen, int kvLen) {
            this(
                    AttentionSpec.builder(HEADS, DIM)
                            .type(ElementType.BF16)
                            .outputType(ElementType.F32)
                            .build(),
                    new AttentionSizes(1, queryLen, kvLen),
                    noise(queryLen, 1),
                    noise(kvLen, 2));
        }

        private static Tensor noise(int len, int seed) {
            Random random = new Random(seed);
            short[] bits = new short[HEADS * len * DIM];
            for (int n = 0; n < bits.length; n++) {
                bits[n] = (short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> Short.SIZE);
            }
            return Tensor.of(MemorySegment.ofArray(bits), ElementType.BF16, 1, HEADS, len, DIM);
        }

        AttentionPlan plan(OneDnnBackend backend, int threads) {
            return backend.plan(spec, sizes, PlanOptions.DEFAULT.withThreads(threads));
        }

        float[] run(AttentionPlan plan) {
            float[] output = new float[HEADS * sizes.queryLen() * DIM];
            Arrays.fill(output, Float.NaN);
            plan.run(new AttentionArguments()
                    .query(query)
                    .key(key)
                    .value(key)
                    .output(Tensor.of(MemorySegment.ofArray(output), ElementType.F32, query.shape())));
            return output;
        }
    }
}
