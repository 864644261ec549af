package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PlanOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every call of the libraries fails in turn, on the test double: each time a typed exception that names the
/// call, nothing leaked, and whatever is left usable computes the same bits as before.
///
/// All calls of a small problem by default; with `-Dheed.soak=true` those of larger ones of every type, too.
final class CudaFailureTest {
    /// A code that ends no context.
    private static final int FAILURE = 1;

    @TempDir
    Path folder;

    private CudaDouble cuda;

    @BeforeEach
    void open() {
        cuda = CudaDouble.get();
    }

    /// From the first library to the last free: a new machine, a plan, two runs, an end.
    @Test
    void everyCallOfALifeFailsInTurn() {
        Attend attend = Attend.withEverything();
        double[] expected = attend.run(new CudaBackend(cuda.machine()));
        Map<String, Integer> injected = sweep(attend, expected);
        report(injected);
        assertThat(injected.keySet())
                .contains("cuInit", "nvrtcCompileProgram", "cuModuleLoadData", "cublasCreate_v2", "cuLaunchKernel")
                .contains(
                        "cuMemAlloc_v2", "cuMemHostAlloc", "cuMemFree_v2", "cuStreamSynchronize", "cuCtxPopCurrent_v2");
    }

    /// More of it: every type, careful runs, several tiles and blocks.
    @Test
    void everyCallOfManyLivesFailsInTurn() {
        org.junit.jupiter.api.Assumptions.assumeTrue(Boolean.getBoolean("heed.soak"), "-Dheed.soak=true");
        Map<String, Integer> injected = new TreeMap<>();
        for (ElementType type : new ElementType[] {ElementType.F32, ElementType.F16, ElementType.BF16}) {
            for (boolean poisoned : new boolean[] {false, true}) {
                AttentionSpec spec = AttentionSpec.builder(4, 8)
                        .kvHeads(1)
                        .type(type)
                        .mask(Mask.causal())
                        .build();
                Attend attend = Attend.random(spec, type == ElementType.F32 ? 130 : 5, 530);
                if (poisoned) {
                    attend.value().set(Double.NaN, 0, 0, 529, 0);
                }
                double[] expected = attend.run(new CudaBackend(cuda.machine()));
                sweep(attend, expected).forEach((call, count) -> injected.merge(call, count, Integer::sum));
            }
        }
        report(injected);
    }

    private static void report(Map<String, Integer> injected) {
        int all = injected.values().stream().mapToInt(Integer::intValue).sum();
        System.out.printf("CUDA double: %d failures injected into %d functions: %s%n", all, injected.size(), injected);
    }

    /// @return how often each call failed
    private Map<String, Integer> sweep(Attend attend, double[] expected) {
        Map<String, Integer> injected = new TreeMap<>();
        for (long n = 1; ; n++) {
            cuda.reset();
            Baseline before = Baseline.of(cuda);
            cuda.failAt(n, FAILURE);
            // A cache of its own, so that the kernels are compiled, too.
            CudaMachine machine = cuda.machine(folder.resolve("cache-" + n), Map.of());
            live(machine, attend, expected);
            String failed = cuda.failed();
            cuda.failAt(-1, 0);
            if (machine.availability() instanceof Availability.Available) {
                // What a close could not free, the next end of anything frees.
                attend.plan(new CudaBackend(machine)).close();
            }
            before.check(cuda, machine, failed + ", call " + n);
            if (failed.isEmpty()) {
                return injected;
            }
            injected.merge(failed, 1, Integer::sum);
        }
    }

    /// A life in which one call fails: the exception names it, and the next attempt succeeds.
    private void live(CudaMachine machine, Attend attend, double[] expected) {
        CudaBackend backend = new CudaBackend(machine);
        if (backend.availability() instanceof Availability.Unavailable(var reason, var _)) {
            assertThat(reason).contains(cuda.failed() + " must return 0").hasLineCount(1);
            return;
        }
        PlanOptions two = PlanOptions.DEFAULT.withMaxConcurrentRuns(2);
        AttentionPlan plan = attempt(() -> backend.plan(attend.spec(), attend.sizes(), two));
        for (int run = 0; run < 2; run++) {
            assertThat(attempt(() -> attend.run(plan))).isEqualTo(expected);
        }
        try {
            plan.close();
        } catch (CudaException failure) {
            named(failure);
        }
    }

    private interface Attempt<T> {
        T make();
    }

    private <T> T attempt(Attempt<T> attempt) {
        try {
            return attempt.make();
        } catch (CudaException failure) {
            named(failure);
            return attempt.make();
        }
    }

    private void named(CudaException failure) {
        assertThat(failure.getMessage()).hasLineCount(1).contains(cuda.failed());
        if (failure instanceof CudaCallException call) {
            assertThat(call.call()).isEqualTo(cuda.failed());
            assertThat(call.code()).isPositive();
        }
    }

    /// What there was before a life.
    private record Baseline(int live, int contexts, int modules, int corruptions) {
        static Baseline of(CudaDouble cuda) {
            return new Baseline(cuda.live(), cuda.contexts(), cuda.modules(), cuda.corruptions());
        }

        /// A machine that was opened keeps its context and its kernels; nothing else stays.
        void check(CudaDouble cuda, CudaMachine machine, String what) {
            assertThat(cuda.live()).as(what).isEqualTo(live);
            assertThat(cuda.depth()).as(what).isZero();
            assertThat(cuda.corruptions()).as(what).isEqualTo(corruptions);
            assertThat(cuda.contexts()).as(what).isBetween(contexts, contexts + 1);
            assertThat(cuda.modules()).as(what).isEqualTo(modules + cuda.contexts() - contexts);
            if (machine.availability() instanceof Availability.Available) {
                assertThat(machine.device().memory().used()).as(what).isZero();
            }
        }
    }

    @Test
    void anNvrtcThatIsNewerThanTheDriver() {
        cuda.machine(folder.resolve("first"), Map.of()).device();
        cuda.failAt(cuda.transcript().indexOf("cuModuleLoadData") + 1, 222);
        CudaMachine second = cuda.machine(folder.resolve("second"), Map.of());
        assertThatThrownBy(second::device)
                .isInstanceOf(CudaCallException.class)
                .hasMessageStartingWith("cuModuleLoadData must return 0: it returned 222, ")
                .hasMessageEndingWith("name an NVRTC by heed.cuda.nvrtc that is no newer than the driver");
    }

    /// A device that disappears is unavailable from then on, with the reason; a forced backend is an error.
    @Test
    void aDeviceThatDisappears() {
        Attend attend = Attend.withEverything();
        CudaBackend backend = new CudaBackend(cuda.machine());
        try (AttentionPlan plan = attend.plan(backend)) {
            cuda.failAt(20, 719);
            assertThatThrownBy(() -> attend.run(plan)).isInstanceOf(CudaCallException.class);
        }
        assertThat(backend.availability())
                .isInstanceOfSatisfying(
                        Availability.Unavailable.class,
                        gone -> assertThat(gone.reason()).contains("it has stopped", "719"));
        assertThatThrownBy(() -> attend.plan(backend))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("719");
    }
}
