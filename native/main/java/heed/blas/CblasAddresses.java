package heed.blas;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/// Where the functions of one opened library are. Any CBLAS has the products; the rest tells what it is.
record CblasAddresses(
        MemorySegment sgemm,
        MemorySegment dgemm,
        Optional<MemorySegment> getConfig,
        Optional<MemorySegment> getCorename,
        Optional<MemorySegment> setNumThreads,
        Optional<MemorySegment> getNumThreads,
        Optional<MemorySegment> getParallel,
        Optional<MemorySegment> blisVersion,
        Optional<MemorySegment> blisIntegerBits,
        Optional<MemorySegment> blisArch,
        Optional<MemorySegment> blisArchName,
        Optional<MemorySegment> blisSetNumThreads,
        Optional<MemorySegment> mklVersion,
        Optional<MemorySegment> mklSetNumThreads) {

    /// The table of a library that has `cblas_sgemm` and `cblas_dgemm`, which [#missing] tells.
    static CblasAddresses of(SymbolLookup symbols) {
        return new CblasAddresses(
                symbols.findOrThrow("cblas_sgemm"),
                symbols.findOrThrow("cblas_dgemm"),
                symbols.find("openblas_get_config"),
                symbols.find("openblas_get_corename"),
                symbols.find("openblas_set_num_threads"),
                symbols.find("openblas_get_num_threads"),
                symbols.find("openblas_get_parallel"),
                symbols.find("bli_info_get_version_str"),
                symbols.find("bli_info_get_blas_int_type_size"),
                symbols.find("bli_arch_query_id"),
                symbols.find("bli_arch_string"),
                symbols.find("bli_thread_set_num_threads"),
                symbols.find("MKL_Get_Version_String"),
                symbols.find("MKL_Set_Num_Threads"));
    }

    /// The rule that the library breaks by what it does not export.
    static Optional<String> missing(SymbolLookup symbols) {
        for (String name : new String[] {"cblas_sgemm", "cblas_dgemm"}) {
            if (symbols.find(name).isEmpty()) {
                // What 64-bit builds call it that may be linked beside a 32-bit one.
                return Optional.of(
                        symbols.find(name + "64_").isPresent()
                                        || symbols.find(name + "_64").isPresent()
                                ? BlasIdentity.WRONG_INTEGERS
                                : "must export " + name);
            }
        }
        return Optional.empty();
    }
}
