package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heed.attention.AttentionPlan;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is called in which order, on the test double.
final class CudaSequenceTest {
    @TempDir
    Path folder;

    private CudaDouble cuda;

    @BeforeEach
    void open() {
        cuda = CudaDouble.get();
    }

    /// Two blocks of keys: the second is uploaded before anybody waits for the products of the first.
    @Test
    void aRun() {
        Attend attend = Attend.random(AttentionSpec.builder(2, 8).build(), 3, 600);
        try (AttentionPlan plan = attend.plan(new CudaBackend(cuda.machine()))) {
            cuda.reset();
            attend.run(plan);
        }
        List<String> block = List.of(
                "cuEventSynchronize",
                "cuStreamWaitEvent",
                "cuMemcpyHtoDAsync_v2",
                "cuMemcpyHtoDAsync_v2",
                "cuEventRecord",
                "cuStreamWaitEvent",
                "cublasSgemmStridedBatched",
                "cuLaunchKernel",
                "cublasSgemmStridedBatched",
                "cuEventRecord");
        List<String> wanted = Stream.of(
                        List.of("cuCtxPushCurrent_v2"),
                        Collections.nCopies(4, "cuMemcpyHtoDAsync_v2"),
                        List.of("cuLaunchKernel"),
                        block,
                        block,
                        List.of("cuLaunchKernel"),
                        Collections.nCopies(3, "cuMemcpyDtoHAsync_v2"),
                        List.of("cuStreamSynchronize", "cuCtxPopCurrent_v2"))
                .flatMap(List::stream)
                .toList();
        assertThat(cuda.transcript().subList(0, wanted.size())).isEqualTo(wanted);
    }

    /// Each weight beside f16 values is two numbers, beside bf16 values three; `fast` takes one.
    @Test
    void productsOfEachType() {
        assertThat(products(ElementType.F32, "full")).isEqualTo(Map.of("cublasSgemmStridedBatched", 2L));
        assertThat(products(ElementType.F16, "full")).isEqualTo(Map.of("cublasGemmStridedBatchedEx", 3L));
        assertThat(products(ElementType.BF16, "full")).isEqualTo(Map.of("cublasGemmStridedBatchedEx", 4L));
        assertThat(products(ElementType.BF16, "fast")).isEqualTo(Map.of("cublasGemmStridedBatchedEx", 2L));
    }

    private Map<String, Long> products(ElementType type, String precision) {
        Attend attend = Attend.random(AttentionSpec.builder(2, 8).type(type).build(), 3, 60);
        cuda.reset();
        attend.run(new CudaBackend(cuda.machine(folder, Map.of(CudaSettings.PRECISION, precision))));
        return cuda.transcript().stream()
                .filter(call -> call.contains("Gemm") || call.contains("gemm"))
                .collect(java.util.stream.Collectors.groupingBy(call -> call, java.util.stream.Collectors.counting()));
    }

    /// The kernels are loaded once, whatever the number of plans.
    @Test
    void kernelsAreLoadedOnce() {
        CudaBackend backend = new CudaBackend(cuda.machine());
        Attend attend = Attend.random(AttentionSpec.builder(1, 8).build(), 1, 5);
        attend.run(backend);
        int modules = cuda.modules();
        attend.run(backend);
        assertThat(cuda.modules()).isEqualTo(modules);
        assertThat(cuda.depth()).isZero();
    }

    /// Lanes that run in the other order between two barriers: were one missing, bits would change.
    @Test
    void orderOfLanesDoesNotShow() {
        CudaBackend backend = new CudaBackend(cuda.machine());
        Attend attend = Attend.withEverything();
        double[] forwards = attend.run(backend);
        cuda.setBackwards(true);
        assertThat(attend.run(backend)).isEqualTo(forwards);
    }

    /// Blocks that no query sees are not uploaded.
    @Test
    void hiddenBlocksAreSkipped() {
        AttentionSpec window =
                AttentionSpec.builder(1, 8).mask(Mask.slidingWindow(3, 0)).build();
        Attend attend = Attend.random(window, 2, 2000);
        try (AttentionPlan plan = attend.plan(new CudaBackend(cuda.machine()))) {
            cuda.reset();
            attend.run(plan);
            assertThat(cuda.transcript().stream().filter("cublasSgemmStridedBatched"::equals))
                    .hasSize(2);
        }
    }

    /// A recording has the GPU's own time of a run, by events.
    @Test
    void recordingsHaveTheDevicesTime() throws Exception {
        Attend attend = Attend.random(AttentionSpec.builder(1, 8).build(), 1, 5);
        CudaBackend backend = new CudaBackend(cuda.machine());
        Path file = folder.resolve("run.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("heed.DeviceRun");
            recording.start();
            attend.run(backend);
            recording.stop();
            recording.dump(file);
        }
        assertThat(RecordingFile.readAllEvents(file)).anySatisfy(event -> {
            assertThat(event.getEventType().getName()).isEqualTo("heed.DeviceRun");
            assertThat(event.getLong("deviceNanos")).isEqualTo(1_500_000);
        });
    }

    /// The second process finds the kernels compiled; a damaged file is compiled anew.
    @Test
    void compiledKernelsAreKept() throws Exception {
        Attend attend = Attend.random(AttentionSpec.builder(1, 8).build(), 1, 5);
        assertThat(compilations(attend)).isOne();
        assertThat(compilations(attend)).isZero();
        try (Stream<Path> files = Files.walk(folder)) {
            Path kept = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            Files.writeString(kept, Files.readString(kept).replace("compute_90", "compute_75"));
        }
        assertThat(compilations(attend)).isOne();
        assertThat(compilations(attend)).isZero();
    }

    private long compilations(Attend attend) {
        cuda.reset();
        attend.run(new CudaBackend(cuda.machine(folder, Map.of())));
        return cuda.transcript().stream().filter("nvrtcCompileProgram"::equals).count();
    }

    /// The limit is refused by name, before the driver is asked; what was taken is given back.
    @Test
    void memoryLimit() {
        Attend attend = Attend.random(AttentionSpec.builder(4, 64).build(), 64, 600);
        CudaMachine machine = cuda.machine(folder, Map.of(CudaSettings.MEMORY, "1m"));
        int before = cuda.live();
        assertThatThrownBy(() -> attend.run(new CudaBackend(machine)))
                .isInstanceOf(CudaMemoryLimitException.class)
                .hasMessageContaining("limit=1048576");
        assertThat(cuda.live()).isEqualTo(before);
        assertThat(machine.device().memory().used()).isZero();
        Attend small = Attend.random(AttentionSpec.builder(1, 8).build(), 1, 5);
        small.run(new CudaBackend(machine));
    }

    /// A full device is an error with the driver's own words.
    @Test
    void fullDevice() {
        Attend attend = Attend.random(AttentionSpec.builder(4, 64).build(), 64, 600);
        CudaBackend backend = new CudaBackend(cuda.machine());
        cuda.setCapacity(cuda.allocated() + (1 << 20));
        int before = cuda.live();
        assertThatThrownBy(() -> attend.run(backend))
                .isInstanceOf(CudaCallException.class)
                .hasMessageContainingAll("cuMemAlloc_v2", "CUDA_ERROR_OUT_OF_MEMORY", "out of memory");
        assertThat(cuda.live()).isEqualTo(before);
    }
}
