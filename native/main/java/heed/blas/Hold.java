package heed.blas;

import heed.attention.Availability;
import heed.attention.Availability.Available;
import heed.attention.Availability.Caution;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendUnavailableException;
import heed.blas.BlasLibrary.Located;
import heed.blas.BlasLibrary.Missing;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/// What a backend has of its library: leases while it is in use, and its successor's plans afterwards.
///
/// Who has looked up a backend may ask it for a plan at any time, also after the library was exchanged: the plan is
/// then the successor's, so that no call fails because of an exchange.
///
/// @param <B> what succeeds the backend
final class Hold<B> {
    private static final Caution THREADS = new Caution(
            "its library may start threads of its own beside Heed's, and cannot be told not to",
            "set OMP_NUM_THREADS=1, or what else that library reads, before Java starts");

    private final BlasLibrary library;
    private final Optional<LeasedLibrary> leased;
    private volatile Optional<B> successor = Optional.empty();

    Hold(BlasLibrary library) {
        this.library = library;
        leased = library instanceof Located located ? Optional.of(new LeasedLibrary(located)) : Optional.empty();
    }

    Availability availability() {
        return switch (library) {
            case Missing(var _, var reason, var hint) -> new Unavailable(reason, hint);
            case Located located ->
                new Available(
                        located.identity().title(),
                        located.identity().version(),
                        Optional.of(located.library().toString()),
                        OptionalInt.empty(),
                        Runtime.getRuntime().availableProcessors(),
                        located.setsThreads() ? Optional.empty() : Optional.of(THREADS));
        };
    }

    Map<String, String> details() {
        return library instanceof Located located ? located.identity().details() : Map.of();
    }

    /// A plan of `own`, which takes a lease of its own from the one that it is given, or, once retired, of `after`.
    <P> P plan(Function<LeasedLibrary.Lease, P> own, Function<B, P> after) {
        if (successor.isPresent()) {
            return after.apply(successor.get());
        }
        if (leased.isEmpty()) {
            throw new BackendUnavailableException(library.name(), (Unavailable) availability());
        }
        Optional<LeasedLibrary.Lease> lease = leased.get().lease();
        if (lease.isEmpty()) { // retired since the question above
            return after.apply(successor.orElseThrow());
        }
        try (LeasedLibrary.Lease held = lease.get()) {
            return own.apply(held);
        }
    }

    /// Opens the library, so that the first plan will not be the one to find that it no longer can be.
    void open() {
        leased.flatMap(LeasedLibrary::lease).ifPresent(LeasedLibrary.Lease::close);
    }

    void retire(B next) {
        successor = Optional.of(next);
        leased.ifPresent(LeasedLibrary::retire);
    }
}
