package heed.blas.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.fail;

import heed.blas.LibraryCache;
import heed.blas.NativeLibrary;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The test double of CUDA, `test/cuda`: built once with g++, opened once.
///
/// Tests that need it are skipped without a compiler, or fail where `HEED_REQUIRE` names `cuda-double`. It proves
/// the sequence of calls, layouts, strides, ownership and error paths: not a GPU's numerics, and not its speed.
final class CudaDouble {
    private static final Path SOURCES = Path.of("test", "cuda");
    private static final Path KERNELS =
            Path.of("main", "resources", "heed", "blas", "cuda").toAbsolutePath();
    private static final Path TARGET = Path.of("target", "cuda-double").toAbsolutePath();

    private final SymbolLookup symbols;
    private final Path folder;

    private CudaDouble(Path folder) {
        this.folder = folder;
        symbols = ((NativeLibrary.Opened) NativeLibrary.open(folder.resolve("libcuda.so.1"))).symbols();
    }

    private static final class Built {
        static final Optional<CudaDouble> DOUBLE = build();
    }

    /// The double, after [#reset]; or the end of the test, skipped or failed.
    static CudaDouble get() {
        if (Built.DOUBLE.isEmpty()) {
            Required.missing("cuda-double", "a C++ compiler must be there to build it: g++");
        }
        CudaDouble built = Built.DOUBLE.orElseThrow();
        built.reset();
        return built;
    }

    /// Whether a program can be started here.
    static boolean has(String program) {
        return Arrays.stream(System.getenv("PATH").split(java.io.File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static Optional<CudaDouble> build() {
        if (!has("g++") || !System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(TARGET);
            Path driver = compile("driver.cpp", "libcuda.so.1", "-I" + KERNELS);
            compile("cublas.cpp", "libcublas.so.13", driver.toString());
            compile(
                    "nvrtc.cpp",
                    "libnvrtc.so.13",
                    "-DSOURCE=\"" + KERNELS.resolve("attention.cu") + "\"",
                    driver.toString());
            return Optional.of(new CudaDouble(TARGET));
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException("the double must compile", failure);
        }
    }

    /// Under a soname of its own: a real libcuda.so.1 may be in the process, too.
    private static Path compile(String source, String library, String... more)
            throws IOException, InterruptedException {
        Path target = TARGET.resolve(library);
        List<String> command =
                new ArrayList<>(List.of("g++", "-std=c++17", "-O3", "-ffp-contract=off", "-shared", "-fPIC"));
        command.add(SOURCES.resolve(source).toString());
        command.addAll(List.of(more));
        command.addAll(List.of("-Wl,-soname,heed-double-" + library, "-o", target.toString()));
        run(command);
        return target;
    }

    /// Runs a compiler and fails with its words.
    static void run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("compile", ".log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                fail(command + ": " + Files.readString(log));
            }
        } finally {
            Files.delete(log);
        }
    }

    /// A machine of the double with the kernels of `cache` and these settings besides.
    CudaMachine machine(Path cache, Map<String, String> properties) {
        Map<String, String> all = new java.util.HashMap<>(properties);
        all.putIfAbsent(CudaSettings.PATH, folder.toString());
        all.putIfAbsent(CudaSettings.DRIVER, folder.resolve("libcuda.so.1").toString());
        return new CudaMachine(new CudaSettings(all, Map.of()), new LibraryCache(cache));
    }

    /// A machine of the double with a cache that all tests share.
    CudaMachine machine() {
        return machine(TARGET.resolve("cache"), Map.of());
    }

    Path folder() {
        return folder;
    }

    void reset() {
        call("double_reset", FunctionDescriptor.ofVoid());
    }

    /// Makes call number `n` from now fail with `code`.
    void failAt(long n, int code) {
        call("double_fail_at", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_INT), n, code);
    }

    /// Calls since [#failAt].
    long calls() {
        return (long) call("double_calls", FunctionDescriptor.of(JAVA_LONG));
    }

    /// The call that failed, empty if none did.
    String failed() {
        return text("double_failed");
    }

    /// Every call since [#reset], by name.
    List<String> transcript() {
        return text("double_transcript").lines().toList();
    }

    /// Allocations, streams, events, handles and programs that live.
    int live() {
        return (int) call("double_live", FunctionDescriptor.of(JAVA_INT));
    }

    int contexts() {
        return (int) call("double_contexts", FunctionDescriptor.of(JAVA_INT));
    }

    int modules() {
        return (int) call("double_modules", FunctionDescriptor.of(JAVA_INT));
    }

    /// Contexts current to this thread.
    int depth() {
        return (int) call("double_depth", FunctionDescriptor.of(JAVA_INT));
    }

    /// Allocations whose end or begin was written over.
    int corruptions() {
        return (int) call("double_corruptions", FunctionDescriptor.of(JAVA_INT));
    }

    /// Device bytes allocated.
    long allocated() {
        return (long) call("double_allocated", FunctionDescriptor.of(JAVA_LONG));
    }

    void setDevices(int count) {
        call("double_set_devices", FunctionDescriptor.ofVoid(JAVA_INT), count);
    }

    void setSharesMemory(boolean shares) {
        call("double_set_shares_memory", FunctionDescriptor.ofVoid(JAVA_INT), shares ? 1 : 0);
    }

    void setCapacity(long bytes) {
        call("double_set_capacity", FunctionDescriptor.ofVoid(JAVA_LONG), bytes);
    }

    void setBackwards(boolean on) {
        call("double_set_backwards", FunctionDescriptor.ofVoid(JAVA_INT), on ? 1 : 0);
    }

    @SuppressWarnings("restricted") // a C string of unknown length
    private String text(String name) {
        var pointer = ADDRESS.withTargetLayout(
                MemoryLayout.sequenceLayout(Long.MAX_VALUE, java.lang.foreign.ValueLayout.JAVA_BYTE));
        return ((MemorySegment) call(name, FunctionDescriptor.of(pointer))).getString(0);
    }

    @SuppressWarnings("restricted") // the double's own functions
    private Object call(String name, FunctionDescriptor descriptor, Object... arguments) {
        try {
            Object result = Linker.nativeLinker()
                    .downcallHandle(symbols.findOrThrow(name), descriptor)
                    .invokeWithArguments(arguments);
            return result == null ? 0 : result;
        } catch (Throwable failure) {
            throw new IllegalStateException(name, failure);
        }
    }
}
