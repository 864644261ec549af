package heed.blas.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.stream.Stream;

/// Where the functions of one opened library are.
///
/// @param <F> the functions; a constant is called as its function is in C
final class FunctionTable<F extends Enum<F>> {
    private final MemorySegment[] addresses;

    private FunctionTable(MemorySegment[] addresses) {
        this.addresses = addresses;
    }

    /// The table of a library that has them all, which [#missing] tells.
    static <F extends Enum<F>> FunctionTable<F> of(SymbolLookup symbols, F[] functions) {
        return new FunctionTable<>(Stream.of(functions)
                .map(function -> symbols.findOrThrow(function.name()))
                .toArray(MemorySegment[]::new));
    }

    /// Those that the library lacks.
    static <F extends Enum<F>> List<String> missing(SymbolLookup symbols, F[] functions) {
        return Stream.of(functions)
                .map(Enum::name)
                .filter(name -> symbols.find(name).isEmpty())
                .toList();
    }

    MemorySegment at(F function) {
        return addresses[function.ordinal()];
    }
}
