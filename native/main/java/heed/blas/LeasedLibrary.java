package heed.blas;

import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.blas.BlasLibrary.Located;
import java.util.Optional;

/// A library that is open as long as somebody may call it: opened with the first lease, closed when it is retired and
/// its last lease is given back.
///
/// Each plan has a lease, so that a library can be exchanged while plans run: the address of a function
/// is no more than a number, and a call through one after the library is unloaded would end the process.
final class LeasedLibrary {
    private final Located library;
    private Optional<Open> open = Optional.empty();
    private int leases;
    private boolean retired;

    private record Open(NativeLibrary.Opened handle, Cblas cblas) {}

    LeasedLibrary(Located library) {
        this.library = library;
    }

    /// The right to call the library until closed.
    final class Lease implements AutoCloseable {
        private final Cblas cblas;
        private boolean closed;

        private Lease(Cblas cblas) {
            this.cblas = cblas;
            leases++;
        }

        Cblas cblas() {
            return cblas;
        }

        /// Another lease, to be closed by itself; there is one even if the library was retired meanwhile.
        Lease again() {
            synchronized (LeasedLibrary.this) {
                return new Lease(cblas);
            }
        }

        /// Gives the lease back. Closing again does nothing.
        @Override
        public void close() {
            synchronized (LeasedLibrary.this) {
                if (!closed) {
                    closed = true;
                    leases--;
                    closeUnused();
                }
            }
        }
    }

    /// A lease; none if the library was retired.
    ///
    /// @throws BackendUnavailableException if the library no longer opens
    synchronized Optional<Lease> lease() {
        if (retired) {
            return Optional.empty();
        }
        if (open.isEmpty()) {
            open = Optional.of(opened());
        }
        return open.map(o -> new Lease(o.cblas));
    }

    /// Gives out no further lease, and closes the library when the last comes back.
    synchronized void retire() {
        retired = true;
        closeUnused();
    }

    private void closeUnused() {
        if (retired && leases == 0) {
            open.ifPresent(o -> o.handle.close());
            open = Optional.empty();
        }
    }

    private Open opened() {
        return switch (NativeLibrary.open(library.copy())) {
            case NativeLibrary.Opened handle -> new Open(handle, Cblas.of(handle, library.library()));
            case NativeLibrary.Unopened(var path, var reason) ->
                throw new BackendUnavailableException(
                        library.name(),
                        new Availability.Unavailable(
                                "its library no longer opens: library=" + path + " (" + reason + ")",
                                "start this process again"));
        };
    }
}
