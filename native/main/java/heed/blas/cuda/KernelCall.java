package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Calls of a kernel that takes one struct, whose members are written one after the other by each call. Made
/// once, since calls make no objects; the driver copies the struct before a launch returns.
final class KernelCall {
    private final CudaDriver driver;
    private final MemorySegment kernel;
    private final MemorySegment struct;
    private final MemorySegment parameters;
    private long at;

    /// @param bytes of the struct, in `attention.cu`
    KernelCall(CudaDriver driver, MemorySegment kernel, long bytes, Arena arena) {
        this.driver = driver;
        this.kernel = kernel;
        struct = arena.allocate(bytes, JAVA_LONG.byteAlignment());
        parameters = arena.allocate(ADDRESS);
        parameters.set(ADDRESS, 0, struct);
    }

    KernelCall begin() {
        at = 0;
        return this;
    }

    /// A pointer, or another whole number of 8 bytes.
    KernelCall wide(long value) {
        struct.set(JAVA_LONG, at, value);
        at += Long.BYTES;
        return this;
    }

    KernelCall real(double value) {
        struct.set(JAVA_DOUBLE, at, value);
        at += Double.BYTES;
        return this;
    }

    KernelCall integer(int value) {
        struct.set(JAVA_INT, at, value);
        at += Integer.BYTES;
        return this;
    }

    KernelCall single(float value) {
        struct.set(JAVA_FLOAT, at, value);
        at += Float.BYTES;
        return this;
    }

    /// Starts a block of [Kernels#LANES] threads for each of `gridX · gridY`; nothing if there are none.
    void launch(MemorySegment stream, int gridX, int gridY) {
        if (at != struct.byteSize()) {
            throw new AssertionError(
                    "a kernel's struct must be written whole: written=" + at + ", bytes=" + struct.byteSize());
        }
        if (gridX > 0 && gridY > 0) {
            driver.launch(kernel, gridX, gridY, Kernels.LANES, stream, parameters);
        }
    }
}
