package heed.blas.cuda;

import heed.blas.LibraryCache;
import heed.blas.bindings.cuda.Cuda;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/// A GPU with its context and the kernels in it, for the rest of the process.
///
/// The context is the primary one, which cuBLAS and whoever else uses the GPU in this process share. A thread has
/// it only while it computes: [#enter].
final class CudaDevice {
    private final CudaLibraries.Opened libraries;
    private final int number;
    private final MemorySegment context;
    private final DeviceMemory memory;
    private final Precision precision;
    private final Kernels kernels;
    private final Residents residents = new Residents();

    /// What could not be freed when it was to be, because the context could not be entered.
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    private CudaDevice(
            CudaLibraries.Opened libraries, int number, MemorySegment context, CudaSettings settings, Kernels kernels) {
        this.libraries = libraries;
        this.number = number;
        this.context = context;
        this.kernels = kernels;
        memory = new DeviceMemory(settings.memoryLimit());
        precision = settings.precision();
    }

    /// Retains the context and loads the kernels, which are compiled unless the cache has them; undoes all if one
    /// step fails.
    static CudaDevice open(
            CudaLibraries.Opened libraries, int number, int architecture, CudaSettings settings, LibraryCache cache) {
        CudaDriver driver = libraries.driver();
        Releases releases = new Releases();
        try {
            MemorySegment context = driver.retainContext(number);
            releases.add(() -> driver.releaseContext(number));
            byte[] ptx = new PtxCache(cache.root()).ptx(KernelSource.read(), libraries.nvrtc(), architecture);
            Kernels kernels = driver.inContext(context, () -> Kernels.load(driver, context, ptx, releases));
            return new CudaDevice(libraries, number, context, settings, kernels);
        } catch (RuntimeException failure) {
            throw releases.after(failure);
        }
    }

    CudaDriver driver() {
        return libraries.driver();
    }

    Cublas cublas() {
        return libraries.cublas();
    }

    DeviceMemory memory() {
        return memory;
    }

    Precision precision() {
        return precision;
    }

    Kernels kernels() {
        return kernels;
    }

    Residents residents() {
        return residents;
    }

    /// Whether the host may touch managed memory while a kernel runs.
    boolean sharesMemory() {
        return driver().attribute(Cuda.CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS(), number) != 0;
    }

    /// Runs `body` with the context current to this thread.
    <T> T inContext(Supplier<T> body) {
        return driver().inContext(context, body);
    }

    /// Runs `release` in the context, and those before it that have not been run. If the context cannot be
    /// entered, it waits for the next.
    void release(Runnable release) {
        waiting.add(release);
        inContext(() -> {
            Releases all = new Releases();
            for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
                all.add(next);
            }
            all.close();
            return all;
        });
    }

    /// Makes the context current to this thread, until [#leave].
    void enter() {
        driver().pushContext(context);
    }

    void leave() {
        driver().popContext();
    }
}
