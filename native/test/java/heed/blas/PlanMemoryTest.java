package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Plans give their native memory back when closed: the process's address space, as Linux counts it, stays.
///
/// Best effort: the allocator may keep some, and what else the process maps counts too. So a few hundred plans are
/// opened, whose memory together is many times what the test allows.
@EnabledOnOs(OS.LINUX)
final class PlanMemoryTest {
    private static final int PLANS = 300;

    /// Opens a plan, uses it, closes it.
    interface Use {
        /// Bytes that the plan held.
        long once();
    }

    @Test
    void attentionPlansGiveTheirMemoryBack() throws IOException {
        AttentionSpec spec = AttentionSpec.builder(8, 64).build();
        AttentionSizes sizes = new AttentionSizes(1, 128, 2048);
        Tensor query = zeros(1, 8, 128, 64);
        Tensor key = zeros(1, 8, 2048, 64);
        AttentionBackend backend = new BlasSource().attention().getFirst();
        assertGivenBack(() -> {
            try (AttentionPlan plan = backend.plan(spec, sizes, PlanOptions.DEFAULT)) {
                plan.run(new AttentionArguments()
                        .query(query)
                        .key(key)
                        .value(key)
                        .output(zeros(1, 8, 128, 64)));
                return plan.workspaceBytes();
            }
        });
    }

    @Test
    void productsGiveTheirMemoryBack() throws IOException {
        Tensor b = zeros(1024, 1024);
        GemmBackend backend = new BlasSource().gemm().getFirst();
        assertGivenBack(() -> {
            try (GemmPlan plan = backend.plan(b, 64, PlanOptions.DEFAULT)) {
                plan.run(zeros(64, 1024), zeros(64, 1024));
                return plan.workspaceBytes();
            }
        });
    }

    private static void assertGivenBack(Use use) throws IOException {
        // Threads, code and the library's own buffers come with the first few.
        for (int n = 0; n < PLANS / 4; n++) {
            use.once();
        }
        long before = addressSpace();
        long held = 0;
        for (int n = 0; n < PLANS; n++) {
            held += use.once();
        }
        long grown = addressSpace() - before;
        System.out.printf("%,d plans held %,d bytes in all; the process grew by %,d%n", PLANS, held, grown);
        assertThat(grown).isLessThan(held / 10);
    }

    /// `VmSize`, in bytes.
    private static long addressSpace() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    private static Tensor zeros(int... shape) {
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return Tensor.of(MemorySegment.ofArray(new float[count]), ElementType.F32, shape);
    }
}
