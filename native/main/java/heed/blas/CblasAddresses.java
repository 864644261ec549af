package heed.blas;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/// Where the functions of one opened library are. Any CBLAS has the products; only OpenBLAS has the rest.
record CblasAddresses(
        MemorySegment sgemm,
        MemorySegment dgemm,
        Optional<MemorySegment> getConfig,
        Optional<MemorySegment> getCorename,
        Optional<MemorySegment> setNumThreads,
        Optional<MemorySegment> getNumThreads,
        Optional<MemorySegment> getParallel) {

    /// The table of a library that has `cblas_sgemm` and `cblas_dgemm`, which [#missing] tells.
    static CblasAddresses of(SymbolLookup symbols) {
        return new CblasAddresses(
                symbols.findOrThrow("cblas_sgemm"),
                symbols.findOrThrow("cblas_dgemm"),
                symbols.find("openblas_get_config"),
                symbols.find("openblas_get_corename"),
                symbols.find("openblas_set_num_threads"),
                symbols.find("openblas_get_num_threads"),
                symbols.find("openblas_get_parallel"));
    }

    /// The first function that the library lacks and Heed cannot do without.
    static Optional<String> missing(SymbolLookup symbols) {
        return Optional.of("cblas_sgemm")
                .filter(name -> symbols.find(name).isEmpty())
                .or(() -> Optional.of("cblas_dgemm")
                        .filter(name -> symbols.find(name).isEmpty()));
    }
}
