package heed.blas;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.blas.OneDnnLibrary.Missing;
import heed.blas.OneDnnLibrary.Opened;
import java.util.Optional;
import java.util.OptionalInt;

/// The oneDNN of this process, located once and kept: locating it reads and hashes the whole library.
final class OneDnn {
    static final String NAME = "onednn";

    /// Bits of the vectors that its products of bf16 take.
    private static final int VECTOR_BITS = 512;

    private OneDnn() {}

    private static final class Located {
        static final OneDnnLibrary LIBRARY = locate();

        private static OneDnnLibrary locate() {
            return NativeAccess.denial()
                    .<OneDnnLibrary>map(denied -> new Missing(denied.reason(), denied.hint()))
                    .orElseGet(() -> OneDnnLocator.ofProcess().locate());
        }
    }

    static Availability availability() {
        return switch (Located.LIBRARY) {
            case Missing(var reason, var hint) -> new Availability.Unavailable(reason, hint);
            case Opened(var dnnl) ->
                new Availability.Available(
                        "oneDNN",
                        dnnl.version(),
                        Optional.of(dnnl.library().toString()),
                        OptionalInt.of(VECTOR_BITS),
                        Runtime.getRuntime().availableProcessors());
        };
    }

    /// The door to the library.
    ///
    /// @throws BackendUnavailableException if there is none
    static Dnnl dnnl() {
        return switch (Located.LIBRARY) {
            case Opened(var dnnl) -> dnnl;
            case Missing(var reason, var hint) ->
                throw new BackendUnavailableException(NAME, new Availability.Unavailable(reason, hint));
        };
    }
}
