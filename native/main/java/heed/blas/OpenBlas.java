package heed.blas;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.blas.OpenBlasLibrary.Missing;
import heed.blas.OpenBlasLibrary.Opened;
import java.util.Optional;
import java.util.OptionalInt;

/// The OpenBLAS of this process, located once and kept: locating it reads and hashes the whole library.
final class OpenBlas {
    private OpenBlas() {}

    private static final class Located {
        static final OpenBlasLibrary LIBRARY = locate();

        private static OpenBlasLibrary locate() {
            try {
                return OpenBlasLocator.ofProcess().locate();
            } catch (IllegalCallerException denied) {
                return new Missing(
                        "native access is denied to heed.blas",
                        "start Java with --enable-native-access=heed.blas, or ALL-UNNAMED on the class path");
            }
        }
    }

    static Availability availability() {
        return switch (Located.LIBRARY) {
            case Missing(var reason, var hint) -> new Availability.Unavailable(reason, hint);
            case Opened(var cblas) ->
                new Availability.Available(
                        "OpenBLAS",
                        cblas.config().orElse("unknown version"),
                        Optional.of(cblas.library().toString()),
                        OptionalInt.empty(),
                        Runtime.getRuntime().availableProcessors());
        };
    }

    /// The door to the library.
    ///
    /// @throws BackendUnavailableException if there is none
    static Cblas cblas() {
        return switch (Located.LIBRARY) {
            case Opened(var cblas) -> cblas;
            case Missing(var reason, var hint) ->
                throw new BackendUnavailableException("openblas", new Availability.Unavailable(reason, hint));
        };
    }
}
