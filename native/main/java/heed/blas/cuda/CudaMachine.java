package heed.blas.cuda;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.blas.LibraryCache;
import heed.blas.NativeAccess;
import heed.blas.bindings.cuda.Cuda;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The libraries and the GPU of this process: located once, which makes no context; the device is opened by the
/// first plan.
final class CudaMachine {
    private static final String HINT = "set " + CudaSettings.DEVICE + " to one of those that nvidia-smi lists";

    private final CudaSettings settings;
    private final LibraryCache cache;
    private final Found found;
    private @Nullable CudaDevice device;

    /// What there is.
    private sealed interface Found {
        record Gpu(CudaLibraries.Opened libraries, int device, int architecture, Availability.Available row)
                implements Found {}

        record Nothing(Availability.Unavailable why) implements Found {}
    }

    CudaMachine(CudaSettings settings, LibraryCache cache) {
        this.settings = settings;
        this.cache = cache;
        found = NativeAccess.denial().<Found>map(Found.Nothing::new).orElseGet(this::find);
    }

    private static final class OfProcess {
        static final CudaMachine MACHINE = new CudaMachine(CudaSettings.ofProcess(), LibraryCache.ofUser());
    }

    /// That of this process's settings.
    static CudaMachine ofProcess() {
        return OfProcess.MACHINE;
    }

    private Found find() {
        try {
            return switch (new CudaLocator(settings).locate()) {
                case CudaLibraries.Missing(var reason, var hint) -> nothing(reason, hint);
                case CudaLibraries.Opened libraries -> find(libraries);
            };
        } catch (CudaCallException failure) {
            return nothing("CUDA must start: " + failure.getMessage(), "see whether nvidia-smi runs");
        } catch (IllegalArgumentException wrong) {
            return nothing(String.valueOf(wrong.getMessage()), "correct it, or unset it");
        }
    }

    private static Found nothing(String reason, String hint) {
        return new Found.Nothing(new Availability.Unavailable(reason, hint));
    }

    private Found find(CudaLibraries.Opened libraries) {
        CudaDriver driver = libraries.driver();
        settings.memoryLimit();
        driver.init();
        int count = driver.deviceCount();
        if (settings.device() >= count) {
            return nothing("CUDA must have the device: device=" + settings.device() + ", devices=" + count, HINT);
        }
        int number = driver.device(settings.device());
        int architecture = 10 * driver.attribute(Cuda.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR(), number)
                + driver.attribute(Cuda.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR(), number);
        String version = "%s on %s (compute %d.%d, %.0f GiB), driver of CUDA %s, NVRTC %s, %s"
                .formatted(
                        libraries.cublas().version(),
                        driver.deviceName(number),
                        architecture / 10,
                        architecture % 10,
                        driver.totalMemory(number) / (double) (1 << 30),
                        driver.version(),
                        libraries.nvrtc().version(),
                        settings.precision());
        Optional<String> path = Optional.of(libraries.path());
        return new Found.Gpu(
                libraries,
                number,
                architecture,
                new Availability.Available("cuBLAS", version, path, OptionalInt.empty(), 1));
    }

    /// How exact its products are.
    Precision precision() {
        return found instanceof Found.Gpu ? settings.precision() : Precision.FULL;
    }

    Availability availability() {
        return switch (found) {
            case Found.Nothing(var why) -> why;
            case Found.Gpu gpu ->
                gpu.libraries()
                        .driver()
                        .lost()
                        .<Availability>map(why -> new Availability.Unavailable(
                                "the GPU must work, and it has stopped: " + why,
                                "look at the driver's log, and start this process anew"))
                        .orElse(gpu.row());
        };
    }

    /// The device, opened; the next call tries again if it fails.
    ///
    /// @throws BackendUnavailableException if [#availability] says no
    /// @throws CudaException if it cannot be opened, or its kernels not be compiled
    synchronized CudaDevice device() {
        if (availability() instanceof Availability.Unavailable why) {
            throw new BackendUnavailableException(CudaBackend.NAME, why);
        }
        CudaDevice open = device;
        if (open == null && found instanceof Found.Gpu gpu) {
            open = CudaDevice.open(gpu.libraries(), gpu.device(), gpu.architecture(), settings, cache);
            device = open;
        }
        return java.util.Objects.requireNonNull(open);
    }
}
