package heed.attention;

import heed.attention.Availability.Unavailable;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// The door to matrix products: what [Attention] is to attention.
///
/// Dense layers run on the backend that has the name of the attention backend, so that a report on one is a report
/// on the whole model.
public final class Gemm {
    private static final System.Logger LOG = System.getLogger(Gemm.class.getName());

    private final List<GemmBackend> backends;

    private Gemm(List<GemmBackend> backends) {
        this.backends = List.copyOf(backends);
    }

    /// Every backend that `ServiceLoader` finds, on the class path or the module path. One that fails to load is logged
    /// as a warning.
    public static Gemm load() {
        return of(Services.load(
                ServiceLoader.load(GemmBackend.class),
                reason -> LOG.log(System.Logger.Level.WARNING, "a GemmBackend does not load: {0}", reason)));
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
                .orElseThrow(() -> new BackendUnavailableException(name + " has no matrix product: GEMM backends="
                        + backends.stream().map(GemmBackend::name).collect(Collectors.joining(", "))));
        return switch (backend.availability()) {
            case Unavailable why -> throw new BackendUnavailableException(name, why);
            case Availability.Available _ -> backend;
        };
    }
}
