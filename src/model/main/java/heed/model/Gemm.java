package heed.model;

import heed.attention.Availability;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendUnavailableException;
import heed.attention.GemmBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// The door to matrix products: what [heed.attention.Attention] is to attention.
///
/// Dense layers run on the backend that has the name of the attention backend, so that a report on one is a report
/// on the whole model.
public final class Gemm {
    private static final System.Logger LOG = System.getLogger(Gemm.class.getName());

    private final List<GemmBackend> backends;

    private Gemm(List<GemmBackend> backends) {
        this.backends = List.copyOf(backends);
    }

    /// Every backend that `ServiceLoader` finds, on the class path or the module path.
    ///
    /// One that fails to load is logged as a warning and hides no other.
    public static Gemm load() {
        List<GemmBackend> found = new ArrayList<>();
        var providers = ServiceLoader.load(GemmBackend.class).stream().iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return of(found);
                }
                found.add(providers.next().get());
            } catch (ServiceConfigurationError | LinkageError failure) {
                LOG.log(System.Logger.Level.WARNING, "a GemmBackend does not load: {0}", failure.getMessage());
            }
        }
    }

    /// The given backends.
    public static Gemm of(List<GemmBackend> backends) {
        return new Gemm(backends);
    }

    /// The backend called `name`.
    ///
    /// @throws BackendUnavailableException if there is none, or it cannot run here
    public GemmBackend backend(String name) {
        GemmBackend backend = backends.stream()
                .filter(b -> b.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new BackendUnavailableException(name, unknown()));
        return switch (backend.availability()) {
            case Unavailable why -> throw new BackendUnavailableException(name, why);
            case Availability.Available _ -> backend;
        };
    }

    private Unavailable unknown() {
        String names = backends.stream().map(GemmBackend::name).collect(Collectors.joining(", "));
        return new Unavailable(
                "it has no matrix product", "choose an attention backend that has one: GEMM backends=" + names);
    }
}
