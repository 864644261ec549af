package heed.blas.cuda;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/// Memory that the GPU and Java both read and write: keys and values that lie in it are not uploaded by runs of
/// the `cuda` backend.
///
/// ```java
/// try (CudaArena arena = CudaArena.open()) {
///     KvCache cache = new KvCache(KvStorage.allocate(KvShape.of(spec, 512, 100), arena));
/// ```
///
/// It is CUDA's managed memory: pages move to the device when a kernel touches them and stay there until the
/// host touches them again, so a cache is appended to, forked and truncated as any other while the bulk of it
/// stays on the device. Other backends read it, too. Rows that lie side by side are read in place; others, as
/// in pages of fewer keys than a block of 512, are gathered on the device.
///
/// What is allocated counts against the limit of device memory. The arena is closed by whoever opened it; not
/// while a run reads it.
public final class CudaArena implements Arena {
    private static final long ALIGNMENT = 256;
    private static final int CLOSED = -1;

    private final CudaDevice device;
    private final Arena scope = Arena.ofShared();
    private final Releases releases = new Releases();

    /// Runs that read it, or [#CLOSED].
    private final AtomicInteger readers = new AtomicInteger();

    private CudaArena(CudaDevice device) {
        this.device = device;
    }

    /// An arena on the GPU of this process.
    ///
    /// @throws BackendUnavailableException if there is none, or its memory is not for host and device at the
    ///     same time
    /// @throws CudaException if the GPU cannot be opened
    public static CudaArena open() {
        return on(CudaMachine.ofProcess().device());
    }

    static CudaArena on(CudaDevice device) {
        if (!device.sharesMemory()) {
            throw new BackendUnavailableException(
                    CudaBackend.NAME,
                    new Availability.Unavailable(
                            "the GPU must let the host touch managed memory while a kernel runs (concurrentManagedAccess)",
                            "keep keys and values in host memory on this system"));
        }
        return new CudaArena(device);
    }

    /// Memory of zeros.
    ///
    /// @throws CudaMemoryLimitException if the limit would be passed
    @Override
    public synchronized MemorySegment allocate(long byteSize, long byteAlignment) {
        if (readers.get() == CLOSED) {
            throw new IllegalStateException("Already closed");
        }
        if (byteSize < 0 || byteAlignment < 1 || Long.bitCount(byteAlignment) != 1 || byteAlignment > ALIGNMENT) {
            throw new IllegalArgumentException("byteSize must not be negative and byteAlignment a power of 2 up to "
                    + ALIGNMENT + ": byteSize=" + byteSize + ", byteAlignment=" + byteAlignment);
        }
        long bytes = Math.max(1, byteSize);
        device.memory().take(bytes);
        return segment(device.inContext(() -> managed(bytes)), byteSize).fill((byte) 0);
    }

    /// Owned before the context is left, which may fail, too.
    private long managed(long bytes) {
        long address;
        try {
            address = device.driver().allocateManaged(bytes);
        } catch (RuntimeException failure) {
            device.memory().giveBack(bytes);
            throw failure;
        }
        Residents.Block block = new Residents.Block(this, address, bytes);
        releases.add(() -> free(block));
        device.residents().add(block);
        return address;
    }

    private void free(Residents.Block block) {
        device.residents().remove(block);
        device.release(() -> {
            device.memory().giveBack(block.bytes());
            device.driver().free(block.address());
        });
    }

    @SuppressWarnings("restricted") // the driver's address, for as long as the scope lives
    private MemorySegment segment(long address, long bytes) {
        return MemorySegment.ofAddress(address).reinterpret(bytes, scope, null);
    }

    @Override
    public MemorySegment.Scope scope() {
        return scope.scope();
    }

    /// Keeps it open until [#leave].
    void enter() {
        if (readers.updateAndGet(count -> count == CLOSED ? CLOSED : count + 1) == CLOSED) {
            throw new IllegalStateException("Already closed");
        }
    }

    void leave() {
        readers.decrementAndGet();
    }

    /// Frees the memory.
    ///
    /// @throws IllegalStateException if it is closed already, or a run reads it
    @Override
    public synchronized void close() {
        if (!readers.compareAndSet(0, CLOSED)) {
            throw new IllegalStateException(
                    readers.get() == CLOSED
                            ? "Already closed"
                            : "a run reads the arena: close it when the run has ended");
        }
        try {
            scope.close();
        } catch (IllegalStateException acquired) {
            readers.set(0);
            throw acquired;
        }
        releases.close();
    }
}
