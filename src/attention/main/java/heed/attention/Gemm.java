package heed.attention;

import heed.attention.Availability.Unavailable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The door to matrix products: what [Attention] is to attention.
///
/// Dense layers run on the backend that has the name of the attention backend, so that a report on one is a report
/// on the whole model.
public final class Gemm {
    private static final System.Logger LOG = System.getLogger(Gemm.class.getName());

    private volatile List<GemmBackend> backends;

    private Gemm(List<GemmBackend> backends) {
        this.backends = List.copyOf(backends);
    }

    /// Every backend that `ServiceLoader` finds, on the class path or the module path. One that fails to load
    /// is logged as a warning.
    public static Gemm load() {
        Consumer<String> failed =
                reason -> LOG.log(System.Logger.Level.WARNING, "a GemmBackend does not load: {0}", reason);
        List<GemmBackend> found = new ArrayList<>(Services.load(ServiceLoader.load(GemmBackend.class), failed));
        for (BackendSource source : Services.load(ServiceLoader.load(BackendSource.class), failed)) {
            found.addAll(source.gemm());
        }
        return of(found);
    }

    /// The given backends.
    public static Gemm of(List<GemmBackend> backends) {
        return new Gemm(backends);
    }

    /// The backend called `name`; of a name without `@version`, the first of that name that can run here.
    ///
    /// @throws BackendUnavailableException if there is none, or it cannot run here
    public GemmBackend backend(String name) {
        GemmBackend backend = find(name);
        return switch (backend.availability()) {
            case Unavailable why -> throw new BackendUnavailableException(name, why);
            case Availability.Available _ -> backend;
        };
    }

    private GemmBackend find(String name) {
        List<GemmBackend> now = backends;
        return BackendNames.find(now, GemmBackend::name, GemmBackend::availability, name)
                .orElseThrow(() -> new BackendUnavailableException(name + " has no matrix product: GEMM backends="
                        + now.stream().map(GemmBackend::name).collect(Collectors.joining(", "))));
    }

    /// Replaces the library that backend `name` multiplies with by the file `library`, as [Attention#replace] does for
    /// attention.
    ///
    /// @return the backend with the new library
    /// @throws BackendUnavailableException if there is no such backend, or the library is not fit; everything is as
    ///         it was then
    /// @throws IllegalArgumentException if the backend has no library
    public synchronized GemmBackend replace(String name, Path library) {
        GemmBackend old = find(name);
        if (!(old instanceof ReplaceableGemm replaceable)) {
            throw Replacement.hasNone(
                    name,
                    backends.stream()
                            .filter(backend -> backend instanceof ReplaceableGemm)
                            .map(GemmBackend::name)
                            .toList());
        }
        return Replacement.of(old, library, backends, GemmBackend::name)
                .run(new Replacement.Steps<ReplaceableGemm>(
                        GemmBackend::name,
                        () -> replaceable.replacedBy(library),
                        successor -> {
                            backends = Replacement.in(backends, old, successor);
                            replaceable.retire(successor);
                        },
                        successor -> successor.retire(old)));
    }
}
