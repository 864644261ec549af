package heed.blas;

import static org.assertj.core.api.Assertions.assertThat;

import heed.attention.AbsentBackend;
import heed.attention.AttentionBackend;
import heed.attention.Availability.Unavailable;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.blas.BlasLibrary.Located;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The libraries of the tests: the bundled OpenBLAS, which every platform that builds this module has, and those that
/// the system may have.
final class Libraries {
    private static final Unavailable NONE = new Unavailable(
            "the system has none of this kind", "install one: apt-get install libopenblas0-pthread libblis4-pthread");

    private Libraries() {}

    static LibraryExam exam(Path cache) {
        return new LibraryExam(new LibraryCache(cache), Platform.current());
    }

    /// A search that sees nothing of the system.
    static BlasSearch search(Path cache, Map<String, String> properties, Map<String, String> variables) {
        return search(cache, properties, variables, List.of());
    }

    static BlasSearch search(
            Path cache, Map<String, String> properties, Map<String, String> variables, List<Path> system) {
        return new BlasSearch(new Settings(properties, variables), exam(cache), Platform.current(), system);
    }

    /// The bundled OpenBLAS, from a cache of the test's own.
    static Located bundled(Path cache) {
        List<BlasLibrary> all = search(cache, Map.of(), Map.of()).all();
        assertThat(all).singleElement().isInstanceOf(Located.class);
        return (Located) all.getFirst();
    }

    /// Opens it for as long as the test process runs.
    static Cblas open(Located library) {
        NativeLibrary opened = NativeLibrary.open(library.copy());
        assertThat(opened).isInstanceOf(NativeLibrary.Opened.class);
        return Cblas.of((NativeLibrary.Opened) opened, library.library());
    }

    /// The first backend of this process, other than the bundled one, whose name begins with `kind`.
    static AttentionBackend ofSystem(String kind) {
        return new BlasSource()
                .attention().stream()
                        .skip(1)
                        .filter(backend -> backend.isCalled(kind))
                        .findFirst()
                        .orElse(new AbsentBackend(kind + " of the system", NONE));
    }

    /// The same for products.
    static GemmBackend gemmOfSystem(String kind) {
        Predicate<GemmBackend> called = backend -> backend.name().startsWith(kind + "@");
        return new BlasSource()
                .gemm().stream().skip(1).filter(called).findFirst().orElse(new NoGemm(kind));
    }

    private record NoGemm(String name) implements GemmBackend {
        @Override
        public int rank() {
            return 0;
        }

        @Override
        public Unavailable availability() {
            return NONE;
        }

        @Override
        public GemmPlan plan(Tensor b, int maxRows, PlanOptions options) {
            throw new AssertionError("nothing is planned");
        }
    }
}
