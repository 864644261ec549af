package heed.blas.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heed.blas.bindings.cuda.*;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The one door to the driver API: an error code becomes a [CudaCallException].
///
/// Everything but devices and errors works in the context that is current to the calling thread: [#pushContext].
final class CudaDriver {
    /// What is called, as it is called in C.
    enum Function {
        cuInit,
        cuDriverGetVersion,
        cuDeviceGetCount,
        cuDeviceGet,
        cuDeviceGetName,
        cuDeviceGetAttribute,
        cuDeviceTotalMem_v2,
        cuGetErrorName,
        cuGetErrorString,
        cuDevicePrimaryCtxRetain,
        cuDevicePrimaryCtxRelease_v2,
        cuCtxPushCurrent_v2,
        cuCtxPopCurrent_v2,
        cuModuleLoadData,
        cuModuleUnload,
        cuModuleGetFunction,
        cuLaunchKernel,
        cuMemAlloc_v2,
        cuMemAllocManaged,
        cuMemFree_v2,
        cuMemHostAlloc,
        cuMemFreeHost,
        cuMemcpyHtoDAsync_v2,
        cuMemcpyDtoHAsync_v2,
        cuStreamCreate,
        cuStreamDestroy_v2,
        cuStreamSynchronize,
        cuStreamWaitEvent,
        cuEventCreate,
        cuEventDestroy_v2,
        cuEventRecord,
        cuEventSynchronize,
        cuEventElapsedTime
    }

    private static final int NAME_BYTES = 256;

    /// PTX of a later CUDA than the driver's.
    private static final int UNKNOWN_PTX = 222;

    /// Codes after which a context is of no more use: 4 shut down, 46 device unavailable, 101 no such device,
    /// 201 no such context, 214 and 220 uncorrectable memory or NVLink error, 700 illegal address, 702 timeout,
    /// 710 assertion, 714 to 719 faults of a kernel, 999 unknown.
    private static final Set<Integer> FATAL =
            Set.of(4, 46, 101, 214, 220, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 999);

    private final FunctionTable<Function> table;
    private volatile Optional<String> lost = Optional.empty();

    CudaDriver(SymbolLookup symbols) {
        table = FunctionTable.of(symbols, Function.values());
    }

    /// Why nothing works any more, once that is so: a device that fell off the bus, a context that a fault has
    /// ended.
    Optional<String> lost() {
        return lost;
    }

    private MemorySegment at(Function function) {
        return table.at(function);
    }

    private void check(Function function, int status) {
        if (status != 0) {
            throw failure(function, status);
        }
    }

    private CudaCallException failure(Function function, int status) {
        String text = text(status);
        if (FATAL.contains(status)) {
            lost = Optional.of(function + " returned " + status + ", " + text);
        }
        return new CudaCallException(function.name(), status, text, advice(status));
    }

    private static String advice(int status) {
        if (status == Cuda.CUDA_ERROR_OUT_OF_MEMORY()) {
            return "plan smaller sizes, close plans, or look what else is on the device";
        }
        return status == UNKNOWN_PTX
                ? "name an NVRTC by " + CudaSettings.NVRTC + " that is no newer than the driver"
                : "look at the driver's log for what happened";
    }

    private String text(int status) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            int named = cuGetErrorName.invoke(at(Function.cuGetErrorName), status, out);
            String name = named == 0 ? string(out) : "an unknown code";
            int told = cuGetErrorString.invoke(at(Function.cuGetErrorString), status, out);
            return told == 0 ? name + ": " + string(out) : name;
        }
    }

    @SuppressWarnings("restricted") // a C string of unknown length
    private static String string(MemorySegment pointer) {
        MemorySegment text = pointer.get(ADDRESS, 0);
        return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    void init() {
        check(Function.cuInit, cuInit.invoke(at(Function.cuInit), 0));
    }

    /// The newest CUDA that the driver knows, as in `13.0`.
    String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(Function.cuDriverGetVersion, cuDriverGetVersion.invoke(at(Function.cuDriverGetVersion), out));
            int version = out.get(JAVA_INT, 0);
            return version / 1000 + "." + version % 1000 / 10;
        }
    }

    int deviceCount() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(Function.cuDeviceGetCount, cuDeviceGetCount.invoke(at(Function.cuDeviceGetCount), out));
            return out.get(JAVA_INT, 0);
        }
    }

    int device(int number) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(Function.cuDeviceGet, cuDeviceGet.invoke(at(Function.cuDeviceGet), out, number));
            return out.get(JAVA_INT, 0);
        }
    }

    String deviceName(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(NAME_BYTES);
            check(
                    Function.cuDeviceGetName,
                    cuDeviceGetName.invoke(at(Function.cuDeviceGetName), out, NAME_BYTES, device));
            return out.getString(0);
        }
    }

    int attribute(int attribute, int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(
                    Function.cuDeviceGetAttribute,
                    cuDeviceGetAttribute.invoke(at(Function.cuDeviceGetAttribute), out, attribute, device));
            return out.get(JAVA_INT, 0);
        }
    }

    long totalMemory(int device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            check(
                    Function.cuDeviceTotalMem_v2,
                    cuDeviceTotalMem_v2.invoke(at(Function.cuDeviceTotalMem_v2), out, device));
            return out.get(JAVA_LONG, 0);
        }
    }

    /// The context that all users of a device in this process share, cuBLAS among them.
    MemorySegment retainContext(int device) {
        return handle(
                Function.cuDevicePrimaryCtxRetain,
                out -> cuDevicePrimaryCtxRetain.invoke(at(Function.cuDevicePrimaryCtxRetain), out, device));
    }

    void releaseContext(int device) {
        check(
                Function.cuDevicePrimaryCtxRelease_v2,
                cuDevicePrimaryCtxRelease_v2.invoke(at(Function.cuDevicePrimaryCtxRelease_v2), device));
    }

    void pushContext(MemorySegment context) {
        check(Function.cuCtxPushCurrent_v2, cuCtxPushCurrent_v2.invoke(at(Function.cuCtxPushCurrent_v2), context));
    }

    void popContext() {
        check(Function.cuCtxPopCurrent_v2, cuCtxPopCurrent_v2.invoke(at(Function.cuCtxPopCurrent_v2), NULL));
    }

    /// Runs `body` in `context`. What fails on the way out comes with what failed inside, or alone: then `body`
    /// was run to its end.
    <T> T inContext(MemorySegment context, Supplier<T> body) {
        pushContext(context);
        T result;
        try {
            result = body.get();
        } catch (RuntimeException | Error failure) {
            Releases leaving = new Releases();
            leaving.add(this::popContext);
            leaving.after(failure);
            throw failure;
        }
        popContext();
        return result;
    }

    MemorySegment loadModule(MemorySegment ptx) {
        return handle(
                Function.cuModuleLoadData, out -> cuModuleLoadData.invoke(at(Function.cuModuleLoadData), out, ptx));
    }

    void unloadModule(MemorySegment module) {
        check(Function.cuModuleUnload, cuModuleUnload.invoke(at(Function.cuModuleUnload), module));
    }

    MemorySegment function(MemorySegment module, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cName = arena.allocateFrom(name);
            return handle(
                    Function.cuModuleGetFunction,
                    out -> cuModuleGetFunction.invoke(at(Function.cuModuleGetFunction), out, module, cName));
        }
    }

    /// @param parameters an array of pointers to the kernel's arguments
    void launch(
            MemorySegment kernel, int gridX, int gridY, int blockX, MemorySegment stream, MemorySegment parameters) {
        check(
                Function.cuLaunchKernel,
                cuLaunchKernel.invoke(
                        at(Function.cuLaunchKernel),
                        kernel,
                        gridX,
                        gridY,
                        1,
                        blockX,
                        1,
                        1,
                        0,
                        stream,
                        parameters,
                        NULL));
    }

    /// @return a device address
    long allocate(long bytes) {
        return handle(Function.cuMemAlloc_v2, out -> cuMemAlloc_v2.invoke(at(Function.cuMemAlloc_v2), out, bytes))
                .address();
    }

    /// @return an address for the device and the host
    long allocateManaged(long bytes) {
        int anyStream = Cuda.CU_MEM_ATTACH_GLOBAL();
        return handle(
                        Function.cuMemAllocManaged,
                        out -> cuMemAllocManaged.invoke(at(Function.cuMemAllocManaged), out, bytes, anyStream))
                .address();
    }

    void free(long address) {
        check(Function.cuMemFree_v2, cuMemFree_v2.invoke(at(Function.cuMemFree_v2), address));
    }

    /// Host memory that the device copies from and to by itself.
    @SuppressWarnings("restricted") // as long as it was asked to be
    MemorySegment allocatePinned(long bytes) {
        return handle(Function.cuMemHostAlloc, out -> cuMemHostAlloc.invoke(at(Function.cuMemHostAlloc), out, bytes, 0))
                .reinterpret(bytes);
    }

    void freePinned(MemorySegment memory) {
        check(Function.cuMemFreeHost, cuMemFreeHost.invoke(at(Function.cuMemFreeHost), memory));
    }

    void copyToDevice(long to, MemorySegment from, long bytes, MemorySegment stream) {
        check(
                Function.cuMemcpyHtoDAsync_v2,
                cuMemcpyHtoDAsync_v2.invoke(at(Function.cuMemcpyHtoDAsync_v2), to, from, bytes, stream));
    }

    void copyToHost(MemorySegment to, long from, long bytes, MemorySegment stream) {
        check(
                Function.cuMemcpyDtoHAsync_v2,
                cuMemcpyDtoHAsync_v2.invoke(at(Function.cuMemcpyDtoHAsync_v2), to, from, bytes, stream));
    }

    /// A stream that does not wait for the default stream.
    MemorySegment newStream() {
        return handle(
                Function.cuStreamCreate,
                out -> cuStreamCreate.invoke(at(Function.cuStreamCreate), out, Cuda.CU_STREAM_NON_BLOCKING()));
    }

    void destroyStream(MemorySegment stream) {
        check(Function.cuStreamDestroy_v2, cuStreamDestroy_v2.invoke(at(Function.cuStreamDestroy_v2), stream));
    }

    void synchronizeStream(MemorySegment stream) {
        check(Function.cuStreamSynchronize, cuStreamSynchronize.invoke(at(Function.cuStreamSynchronize), stream));
    }

    /// Lets what follows on `stream` wait for `event`, not the caller.
    void await(MemorySegment stream, MemorySegment event) {
        check(Function.cuStreamWaitEvent, cuStreamWaitEvent.invoke(at(Function.cuStreamWaitEvent), stream, event, 0));
    }

    MemorySegment newEvent(boolean timed) {
        int flags = timed ? Cuda.CU_EVENT_DEFAULT() : Cuda.CU_EVENT_DISABLE_TIMING();
        return handle(Function.cuEventCreate, out -> cuEventCreate.invoke(at(Function.cuEventCreate), out, flags));
    }

    void destroyEvent(MemorySegment event) {
        check(Function.cuEventDestroy_v2, cuEventDestroy_v2.invoke(at(Function.cuEventDestroy_v2), event));
    }

    void record(MemorySegment event, MemorySegment stream) {
        check(Function.cuEventRecord, cuEventRecord.invoke(at(Function.cuEventRecord), event, stream));
    }

    /// Waits for an event; one that was never recorded is over.
    void synchronizeEvent(MemorySegment event) {
        check(Function.cuEventSynchronize, cuEventSynchronize.invoke(at(Function.cuEventSynchronize), event));
    }

    /// Writes the milliseconds between two timed events, a float, to `out`. CUDA 12.8 gave the function a
    /// second name of the same signature; drivers of any age have the first.
    void elapsed(MemorySegment out, MemorySegment start, MemorySegment end) {
        check(
                Function.cuEventElapsedTime,
                cuEventElapsedTime_v2.invoke(at(Function.cuEventElapsedTime), out, start, end));
    }

    /// Calls a function that writes a pointer.
    private interface Creation {
        int into(MemorySegment out);
    }

    private MemorySegment handle(Function function, Creation creation) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check(function, creation.into(out));
            return out.get(ADDRESS, 0);
        }
    }
}
