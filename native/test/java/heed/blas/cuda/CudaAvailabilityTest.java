package heed.blas.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendUnavailableException;
import heed.attention.PlanOptions;
import heed.blas.LibraryCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said where something is missing: never an exception, always what and what to do.
final class CudaAvailabilityTest {
    @TempDir
    Path folder;

    private Unavailable unavailable(Map<String, String> properties) {
        CudaMachine machine = new CudaMachine(new CudaSettings(properties, Map.of()), new LibraryCache(folder));
        Availability availability = machine.availability();
        assertThat(availability).isInstanceOf(Unavailable.class);
        return (Unavailable) availability;
    }

    /// Files that are not there, and one that is no library.
    @Test
    void everythingThatIsMissingIsNamed() throws IOException {
        Path text = Files.writeString(
                folder.resolve("libnvrtc.so.13"), "no library, but longer than its header ".repeat(9));
        Unavailable why = unavailable(Map.of(
                CudaSettings.DRIVER, folder.resolve("libcuda.so.1").toString(),
                CudaSettings.NVRTC, text.toString(),
                CudaSettings.CUBLAS, folder.resolve("libcublas.so.13").toString()));
        assertThat(why.reason())
                .hasLineCount(1)
                .contains("NVIDIA's driver must open", "libcuda.so.1")
                .contains("NVRTC must open", "libnvrtc.so.13")
                .contains("cuBLAS must open", "libcublas.so.13");
        assertThat(why.hint()).contains(CudaSettings.PATH);
    }

    /// On this machine, whatever it has: a value, and the door agrees with it.
    @Test
    void thisMachine() {
        CudaBackend backend = new CudaBackend();
        if (backend.availability() instanceof Unavailable why) {
            assertThat(why.reason()).isNotBlank().hasLineCount(1);
            assertThat(why.hint()).isNotBlank();
            assertThatThrownBy(() -> backend.plan(
                            AttentionSpec.builder(1, 8).build(), new AttentionSizes(1, 1, 1), PlanOptions.DEFAULT))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining(why.reason());
        }
    }

    /// A library that lacks functions is told by their names.
    @Test
    void missingFunctionsAreNamed() {
        CudaDouble cuda = CudaDouble.get();
        String driver = cuda.folder().resolve("libcuda.so.1").toString();
        Unavailable why = unavailable(Map.of(
                CudaSettings.PATH, cuda.folder().toString(), CudaSettings.DRIVER, driver, CudaSettings.NVRTC, driver));
        assertThat(why.reason()).startsWith("NVRTC must export nvrtcVersion, ").endsWith(driver);
    }

    @Test
    void noDevice() {
        CudaDouble cuda = CudaDouble.get();
        cuda.setDevices(0);
        assertThat(((Unavailable) cuda.machine().availability()).reason()).contains("cuDeviceGetCount", "100");
    }

    @Test
    void another() {
        CudaDouble cuda = CudaDouble.get();
        CudaMachine second = cuda.machine(folder, Map.of(CudaSettings.DEVICE, "1"));
        assertThat(((Unavailable) second.availability()).reason()).contains("device=1, devices=1");
        cuda.setDevices(2);
        assertThat(cuda.machine(folder, Map.of(CudaSettings.DEVICE, "1")).availability())
                .isInstanceOf(Availability.Available.class);
    }

    @ParameterizedTest
    @CsvSource({
        "heed.cuda.memory, much",
        "heed.cuda.memory, -1",
        "heed.cuda.memory, 9223372036854775807k",
        "heed.cuda.device, -1",
        "heed.cuda.precision, some"
    })
    void wrongSettings(String property, String value) {
        CudaDouble cuda = CudaDouble.get();
        Unavailable why =
                (Unavailable) cuda.machine(folder, Map.of(property, value)).availability();
        assertThat(why.reason()).contains(property + "=" + value);
    }

    /// The row of `heed backends`.
    @Test
    void whatThereIs() {
        CudaDouble cuda = CudaDouble.get();
        assertThat(cuda.machine().availability()).isInstanceOfSatisfying(Availability.Available.class, there -> {
            assertThat(there.library()).isEqualTo("cuBLAS");
            assertThat(there.version())
                    .isEqualTo("13.12.11 on test double (compute 9.0, 4 GiB), driver of CUDA 13.0, NVRTC 13.0, FULL");
            assertThat(there.path().orElseThrow()).endsWith("libcublas.so.13");
        });
    }

    /// Sizes with a suffix, and the environment where no property is set.
    @Test
    void settings() {
        CudaSettings settings = new CudaSettings(
                Map.of(CudaSettings.MEMORY, "512M", CudaSettings.DEVICE, " "),
                Map.of("HEED_CUDA_DEVICE", "3", "HEED_CUDA_MEMORY", "1"));
        assertThat(settings.memoryLimit()).isEqualTo(512L << 20);
        assertThat(settings.device()).isEqualTo(3);
        assertThat(settings.precision()).isEqualTo(Precision.FULL);
    }
}
