package heed.cli.load;

import heed.attention.AbsentBackend;
import heed.attention.AttentionBackend;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendSource;
import heed.attention.GemmBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// Every backend there is, and for each that should be there and is not, why.
///
/// @param attention those that compute attention, the preferred first; the absent ones among them, last
/// @param gemm those that multiply matrices
public record Backends(List<AttentionBackend> attention, List<GemmBackend> gemm) {
    /// Backends that an application directory comes with, each with the name of its jar without its version.
    private static final Map<String, String> EXPECTED =
            Map.of("vector", "heed-kernels", "openblas", "heed-blas", "onednn", "heed-blas");

    /// Keeps copies.
    public Backends {
        attention = List.copyOf(attention);
        gemm = List.copyOf(gemm);
    }

    /// Loads those of the application directory `home`; without one, those on the module path or class path.
    public static Backends load(Optional<Path> home) {
        return home.map(directory -> load(BackendLayer.of(directory.resolve("backends"))))
                .orElseGet(Backends::ofPath);
    }

    private static Backends ofPath() {
        return named(
                Providers.load(ServiceLoader.load(AttentionBackend.class), _ -> Optional.empty()),
                Providers.load(ServiceLoader.load(GemmBackend.class), _ -> Optional.empty()),
                Providers.load(ServiceLoader.load(BackendSource.class), _ -> Optional.empty()),
                List.of());
    }

    private static Backends load(BackendLayer layer) {
        Backends loaded = named(
                Providers.load(ServiceLoader.load(layer.layer(), AttentionBackend.class), layer::fileOf),
                Providers.load(ServiceLoader.load(layer.layer(), GemmBackend.class), layer::fileOf),
                Providers.load(ServiceLoader.load(layer.layer(), BackendSource.class), layer::fileOf),
                layer.rejected());
        return loaded.withMissing(layer.directory());
    }

    private static Backends named(
            Providers<AttentionBackend> attention,
            Providers<GemmBackend> gemm,
            Providers<BackendSource> sources,
            List<RejectedJar> rejected) {
        List<AttentionBackend> all = new ArrayList<>(attention.found());
        List<GemmBackend> products = new ArrayList<>(gemm.found());
        for (BackendSource source : sources.found()) {
            all.addAll(source.attention());
            products.addAll(source.gemm());
        }
        all.sort(Comparator.comparingInt(AttentionBackend::rank).reversed());
        List<RejectedJar> failures = new ArrayList<>(rejected);
        failures.addAll(attention.failed());
        failures.addAll(gemm.failed());
        failures.addAll(sources.failed());
        for (RejectedJar jar : failures) {
            for (String name : missingNames(jar.file(), all)) {
                AbsentBackend absent = new AbsentBackend(name, new Unavailable(jar.because(name), jar.hint()));
                if (!all.contains(absent)) {
                    all.add(absent);
                }
            }
        }
        products.sort(Comparator.comparingInt(GemmBackend::rank).reversed());
        return new Backends(all, products);
    }

    /// Adds the backends that ought to be in `directory` and of which there is no trace.
    private Backends withMissing(Path directory) {
        List<AttentionBackend> all = new ArrayList<>(attention);
        EXPECTED.entrySet().stream()
                .filter(known -> attention.stream().noneMatch(backend -> backend.isCalled(known.getKey())))
                .sorted(Map.Entry.comparingByKey())
                .map(known -> new AbsentBackend(
                        known.getKey(),
                        new Unavailable(missing(known.getValue(), directory), "put it into " + directory)))
                .forEach(all::add);
        return new Backends(all, gemm);
    }

    private static String missing(String jar, Path directory) {
        return BackendLayer.jars(directory).stream()
                .map(file -> file.getFileName().toString())
                .filter(file -> file.startsWith(jar))
                .findFirst()
                .map(file -> file + " provides no backend")
                .orElse("its jar is missing: " + jar + "-*.jar");
    }

    /// The backends that `file` should have brought and did not; else the file stands for itself.
    private static List<String> missingNames(String file, List<AttentionBackend> found) {
        List<String> expected = EXPECTED.entrySet().stream()
                .filter(known -> file.matches(known.getValue() + "(-[0-9].*)?\\.jar"))
                .map(Map.Entry::getKey)
                .filter(name -> found.stream().noneMatch(backend -> backend.isCalled(name)))
                .sorted()
                .toList();
        return expected.isEmpty() ? List.of(file) : expected;
    }
}
