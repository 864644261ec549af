package heed.blas.cuda;

import java.util.concurrent.atomic.AtomicLong;

/// How much of a device's memory Heed uses, and may use. What the context, the kernels and the handles of
/// cuBLAS take is not in it.
final class DeviceMemory {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    DeviceMemory(long limit) {
        this.limit = limit;
    }

    /// Bytes in use.
    long used() {
        return used.get();
    }

    /// @throws CudaMemoryLimitException if `bytes` more pass the limit
    void take(long bytes) {
        long before = used.get();
        while (bytes <= limit - before) {
            if (used.compareAndSet(before, before + bytes)) {
                return;
            }
            before = used.get();
        }
        throw new CudaMemoryLimitException(bytes, before, limit);
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }
}
