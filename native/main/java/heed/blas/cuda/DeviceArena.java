package heed.blas.cuda;

import java.lang.foreign.MemorySegment;

/// Device memory, pinned host memory, streams, events and a handle of cuBLAS that live and end together.
///
/// Made, used and closed with the device's context current to the thread.
final class DeviceArena implements AutoCloseable {
    private final CudaDevice device;
    private final CudaDriver driver;
    private final Releases releases = new Releases();
    private long bytes;

    DeviceArena(CudaDevice device) {
        this.device = device;
        driver = device.driver();
    }

    /// Bytes allocated, on the device and pinned.
    long bytes() {
        return bytes;
    }

    /// A device address, aligned to 256 bytes; never of nothing.
    ///
    /// @throws CudaMemoryLimitException if the limit would be passed
    long allocate(long wanted) {
        long size = Math.max(1, wanted);
        device.memory().take(size);
        long address;
        try {
            address = driver.allocate(size);
        } catch (RuntimeException failure) {
            device.memory().giveBack(size);
            throw failure;
        }
        releases.add(() -> {
            device.memory().giveBack(size);
            driver.free(address);
        });
        bytes += size;
        return address;
    }

    /// Host memory from which copies run by themselves.
    MemorySegment pinned(long wanted) {
        MemorySegment memory = driver.allocatePinned(Math.max(1, wanted));
        releases.add(() -> driver.freePinned(memory));
        bytes += memory.byteSize();
        return memory;
    }

    MemorySegment stream() {
        MemorySegment stream = driver.newStream();
        releases.add(() -> driver.destroyStream(stream));
        return stream;
    }

    /// @param timed whether [CudaDriver#elapsed] may be asked
    MemorySegment event(boolean timed) {
        MemorySegment event = driver.newEvent(timed);
        releases.add(() -> driver.destroyEvent(event));
        return event;
    }

    /// A handle of cuBLAS whose products run on `stream`. Each workspace has its own, as cuBLAS promises the same
    /// bits from run to run only where streams share no handle.
    MemorySegment cublas(MemorySegment stream) {
        Cublas cublas = device.cublas();
        MemorySegment handle = cublas.newHandle();
        releases.add(() -> cublas.destroyHandle(handle));
        cublas.setStream(handle, stream);
        cublas.setMathMode(handle, device.precision().mathMode());
        return handle;
    }

    /// Frees everything, whatever fails on the way.
    @Override
    public void close() {
        releases.close();
    }
}
