package heed.blas;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heed.blas.OneDnnLibrary.Missing;
import heed.blas.OneDnnLibrary.Opened;
import heed.blas.bindings.onednn.OneDnn;
import heed.blas.bindings.onednn.dnnl_engine_create;
import heed.blas.bindings.onednn.dnnl_exec_arg_t;
import heed.blas.bindings.onednn.dnnl_get_effective_cpu_isa;
import heed.blas.bindings.onednn.dnnl_matmul_primitive_desc_create;
import heed.blas.bindings.onednn.dnnl_memory_create;
import heed.blas.bindings.onednn.dnnl_memory_desc_create_with_strides;
import heed.blas.bindings.onednn.dnnl_memory_desc_destroy;
import heed.blas.bindings.onednn.dnnl_memory_desc_get_size;
import heed.blas.bindings.onednn.dnnl_memory_destroy;
import heed.blas.bindings.onednn.dnnl_memory_set_data_handle;
import heed.blas.bindings.onednn.dnnl_primitive_attr_create;
import heed.blas.bindings.onednn.dnnl_primitive_attr_destroy;
import heed.blas.bindings.onednn.dnnl_primitive_attr_set_scratchpad_mode;
import heed.blas.bindings.onednn.dnnl_primitive_create;
import heed.blas.bindings.onednn.dnnl_primitive_desc_destroy;
import heed.blas.bindings.onednn.dnnl_primitive_desc_query_md;
import heed.blas.bindings.onednn.dnnl_primitive_destroy;
import heed.blas.bindings.onednn.dnnl_primitive_execute;
import heed.blas.bindings.onednn.dnnl_status2str;
import heed.blas.bindings.onednn.dnnl_stream_create;
import heed.blas.bindings.onednn.dnnl_stream_destroy;
import heed.blas.bindings.onednn.dnnl_stream_wait;
import heed.blas.bindings.onednn.dnnl_version;
import heed.blas.bindings.onednn.dnnl_version_t;
import heed.blas.bindings.onednn.omp_get_max_threads;
import heed.blas.bindings.onednn.omp_set_num_threads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/// The functions of one opened oneDNN that make and run matrix products.
///
/// What is made belongs to an arena and is destroyed when that is closed. A status that is not success is an
/// `IllegalStateException` with the library's word for it.
///
/// The library computes on the calling thread alone: a product takes, for good, the number of threads that the
/// OpenMP runtime grants the thread which makes it, and [#alone] makes that 1.
final class Dnnl {
    private static final int MAJOR_VERSION = 3;
    private static final int ARGUMENTS = 4;

    private final Path library;
    private final DnnlAddresses at;
    private final MemorySegment engine;
    private final MemorySegment execute;
    private final MemorySegment await;
    private final MemorySegment setHandle;

    private Dnnl(Path library, DnnlAddresses at) {
        this.library = library;
        this.at = at;
        execute = at.of("dnnl_primitive_execute");
        await = at.of("dnnl_stream_wait");
        setHandle = at.of("dnnl_memory_set_data_handle");
        engine = made(
                Arena.global(),
                "an engine",
                to -> dnnl_engine_create.invoke(at.of("dnnl_engine_create"), to, OneDnn.dnnl_cpu(), 0),
                _ -> {});
    }

    /// The door to the functions of a library, if it is of a version that these are right for and finds the
    /// instructions that make it worth it.
    ///
    /// @param library its file, as the user knows it
    /// @param setting `name=value` that led here, for the messages
    static OneDnnLibrary of(NativeLibrary.Opened opened, Path library, String setting, String hint) {
        SymbolLookup symbols = opened.symbols();
        Optional<String> missing = DnnlAddresses.missing(symbols);
        if (missing.isPresent()) {
            return new Missing("oneDNN must export " + missing.get() + ": " + setting, hint);
        }
        DnnlAddresses at = DnnlAddresses.of(symbols);
        int major = dnnl_version_t.major(version(at));
        if (major != MAJOR_VERSION) {
            return new Missing("oneDNN must be of major version 3: major=" + major + ", " + setting, hint);
        }
        int wanted = OneDnn.dnnl_cpu_isa_avx512_core_bf16();
        int isa = dnnl_get_effective_cpu_isa.invoke(at.of("dnnl_get_effective_cpu_isa"));
        return (isa & wanted) == wanted
                ? new Opened(new Dnnl(library, at))
                : new Missing(
                        "oneDNN must find AVX-512 BF16 on this processor: isa=0x%x, wanted=0x%x".formatted(isa, wanted),
                        "use the vector backend, which computes bf16 in f32; if ONEDNN_MAX_CPU_ISA is set, unset it");
    }

    /// The library's file, as the user named it or as it lies in the cache.
    Path library() {
        return library;
    }

    /// For example `3.13.0`.
    String version() {
        MemorySegment version = version(at);
        return dnnl_version_t.major(version) + "." + dnnl_version_t.minor(version) + "."
                + dnnl_version_t.patch(version);
    }

    @SuppressWarnings("restricted") // a pointer to a constant of the library
    private static MemorySegment version(DnnlAddresses at) {
        return dnnl_version.invoke(at.of("dnnl_version")).reinterpret(dnnl_version_t.sizeof());
    }

    /// Runs `making` with one thread for what it makes.
    <T> T alone(Supplier<T> making) {
        int threads = omp_get_max_threads.invoke(at.of("omp_get_max_threads"));
        omp_set_num_threads.invoke(at.of("omp_set_num_threads"), 1);
        try {
            return making.get();
        } finally {
            omp_set_num_threads.invoke(at.of("omp_set_num_threads"), threads);
        }
    }

    /// An order of execution, for one thread.
    MemorySegment stream(Arena arena) {
        return made(
                arena,
                "a stream",
                to -> dnnl_stream_create.invoke(
                        at.of("dnnl_stream_create"), to, engine, OneDnn.dnnl_stream_default_flags()),
                stream -> dnnl_stream_destroy.invoke(at.of("dnnl_stream_destroy"), stream));
    }

    /// The description of a matrix.
    MemorySegment describe(Arena arena, StridedMatrix matrix) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment sizes = local.allocate(JAVA_LONG, OneDnn.DNNL_MAX_NDIMS());
            MemorySegment strides = local.allocate(JAVA_LONG, OneDnn.DNNL_MAX_NDIMS());
            sizes.setAtIndex(JAVA_LONG, 0, matrix.rows());
            sizes.setAtIndex(JAVA_LONG, 1, matrix.columns());
            strides.setAtIndex(JAVA_LONG, 0, matrix.rowStride());
            strides.setAtIndex(JAVA_LONG, 1, matrix.columnStride());
            return made(
                    arena,
                    "a description of " + matrix,
                    to -> dnnl_memory_desc_create_with_strides.invoke(
                            at.of("dnnl_memory_desc_create_with_strides"), to, 2, sizes, matrix.type(), strides),
                    it -> dnnl_memory_desc_destroy.invoke(at.of("dnnl_memory_desc_destroy"), it));
        }
    }

    /// What a product of two matrices into a third is to be, its scratch memory brought by the caller.
    MemorySegment plan(Arena arena, MemorySegment a, MemorySegment b, MemorySegment c) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment attributes = made(
                    local,
                    "attributes",
                    to -> dnnl_primitive_attr_create.invoke(at.of("dnnl_primitive_attr_create"), to),
                    it -> dnnl_primitive_attr_destroy.invoke(at.of("dnnl_primitive_attr_destroy"), it));
            check(
                    dnnl_primitive_attr_set_scratchpad_mode.invoke(
                            at.of("dnnl_primitive_attr_set_scratchpad_mode"),
                            attributes,
                            OneDnn.dnnl_scratchpad_mode_user()),
                    "scratch memory of the caller's");
            return made(
                    arena,
                    "a product",
                    to -> dnnl_matmul_primitive_desc_create.invoke(
                            at.of("dnnl_matmul_primitive_desc_create"),
                            to,
                            engine,
                            a,
                            b,
                            MemorySegment.NULL,
                            c,
                            attributes),
                    it -> dnnl_primitive_desc_destroy.invoke(at.of("dnnl_primitive_desc_destroy"), it));
        }
    }

    /// The description of the scratch memory of a planned product, which lives as long as that.
    MemorySegment scratch(MemorySegment plan) {
        return dnnl_primitive_desc_query_md.invoke(
                at.of("dnnl_primitive_desc_query_md"), plan, OneDnn.dnnl_query_scratchpad_md(), 0);
    }

    /// Bytes of what is described.
    long bytes(MemorySegment description) {
        return dnnl_memory_desc_get_size.invoke(at.of("dnnl_memory_desc_get_size"), description);
    }

    /// A planned product, compiled.
    MemorySegment compile(Arena arena, MemorySegment plan) {
        return made(
                arena,
                "code for a product",
                to -> dnnl_primitive_create.invoke(at.of("dnnl_primitive_create"), to, plan),
                it -> dnnl_primitive_destroy.invoke(at.of("dnnl_primitive_destroy"), it));
    }

    /// `data`, described.
    MemorySegment memory(Arena arena, MemorySegment description, MemorySegment data) {
        return made(
                arena,
                "memory",
                to -> dnnl_memory_create.invoke(at.of("dnnl_memory_create"), to, description, engine, data),
                it -> dnnl_memory_destroy.invoke(at.of("dnnl_memory_destroy"), it));
    }

    /// Lets `memory` stand for other data of the same description, from byte `at` of `data` on. The slice is made here
    /// so that the compiler does away with it.
    void point(MemorySegment memory, MemorySegment data, long at) {
        int status = dnnl_memory_set_data_handle.invoke(setHandle, memory, data.asSlice(at));
        if (status != OneDnn.dnnl_success()) {
            throw failure(status, "other memory");
        }
    }

    /// What a run of a product takes: memory for each of its matrices and for scratch.
    MemorySegment arguments(Arena arena, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment scratch) {
        MemorySegment arguments = dnnl_exec_arg_t.allocateArray(ARGUMENTS, arena);
        argument(arguments, 0, OneDnn.DNNL_ARG_SRC_0(), a);
        argument(arguments, 1, OneDnn.DNNL_ARG_WEIGHTS_0(), b);
        argument(arguments, 2, OneDnn.DNNL_ARG_DST_0(), c);
        argument(arguments, 3, OneDnn.DNNL_ARG_SCRATCHPAD(), scratch);
        return arguments;
    }

    private static void argument(MemorySegment arguments, int index, int name, MemorySegment memory) {
        MemorySegment argument = dnnl_exec_arg_t.asSlice(arguments, index);
        dnnl_exec_arg_t.arg(argument, name);
        dnnl_exec_arg_t.memory(argument, memory);
    }

    /// Runs a compiled product; it is done when this returns.
    void run(MemorySegment product, MemorySegment stream, MemorySegment arguments) {
        check(dnnl_primitive_execute.invoke(execute, product, stream, ARGUMENTS, arguments), "a product");
        check(dnnl_stream_wait.invoke(await, stream), "the end of a product");
    }

    /// What `creation` puts behind the pointer it is given, destroyed with `arena`.
    @SuppressWarnings("restricted") // a handle gets the arena's life, no size
    private MemorySegment made(
            Arena arena, String what, ToIntFunction<MemorySegment> creation, Consumer<MemorySegment> destroy) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment to = local.allocate(ADDRESS);
            check(creation.applyAsInt(to), what);
            return to.get(ADDRESS, 0).reinterpret(arena, destroy);
        }
    }

    private void check(int status, String what) {
        if (status != OneDnn.dnnl_success()) {
            throw failure(status, what);
        }
    }

    private IllegalStateException failure(int status, String what) {
        MemorySegment word = dnnl_status2str.invoke(at.of("dnnl_status2str"), status);
        return new IllegalStateException("oneDNN must make " + what + ": status=" + word.getString(0));
    }
}
