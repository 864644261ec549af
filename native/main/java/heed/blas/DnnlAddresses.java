package heed.blas;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Where the functions of one opened oneDNN are, by their C names.
record DnnlAddresses(Map<String, MemorySegment> byName) {
    private static final List<String> NAMES = List.of(
            "dnnl_version",
            "dnnl_get_effective_cpu_isa",
            "dnnl_status2str",
            "dnnl_engine_create",
            "dnnl_stream_create",
            "dnnl_stream_wait",
            "dnnl_stream_destroy",
            "dnnl_memory_desc_create_with_strides",
            "dnnl_memory_desc_get_size",
            "dnnl_memory_desc_destroy",
            "dnnl_memory_create",
            "dnnl_memory_set_data_handle",
            "dnnl_memory_destroy",
            "dnnl_primitive_attr_create",
            "dnnl_primitive_attr_set_scratchpad_mode",
            "dnnl_primitive_attr_destroy",
            "dnnl_matmul_primitive_desc_create",
            "dnnl_primitive_desc_query_md",
            "dnnl_primitive_desc_destroy",
            "dnnl_primitive_create",
            "dnnl_primitive_execute",
            "dnnl_primitive_destroy",
            "omp_set_num_threads",
            "omp_get_max_threads");

    /// The first function that the library lacks; those of OpenMP come from the runtime that it needs.
    static Optional<String> missing(SymbolLookup symbols) {
        return NAMES.stream().filter(name -> symbols.find(name).isEmpty()).findFirst();
    }

    /// The table of a library of which [#missing] says nothing.
    static DnnlAddresses of(SymbolLookup symbols) {
        return new DnnlAddresses(NAMES.stream().collect(Collectors.toMap(Function.identity(), symbols::findOrThrow)));
    }

    MemorySegment of(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }
}
