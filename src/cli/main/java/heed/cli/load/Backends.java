package heed.cli.load;

import static java.util.Objects.requireNonNull;

import heed.attention.AbsentBackend;
import heed.attention.AttentionBackend;
import heed.attention.Availability.Unavailable;
import heed.attention.BackendSource;
import heed.attention.GemmBackend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

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
                Providers.load(ServiceLoader.load(AttentionBackend.class), Backends::of, _ -> Optional.empty()),
                Providers.load(ServiceLoader.load(GemmBackend.class), Backends::of, _ -> Optional.empty()),
                Providers.load(ServiceLoader.load(BackendSource.class), Backends::of, _ -> Optional.empty()),
                List.of(),
                _ -> Optional.empty());
    }

    private static Backends load(BackendLayer layer) {
        Backends loaded = named(
                Providers.load(ServiceLoader.load(layer.layer(), AttentionBackend.class), Backends::of, layer::fileOf),
                Providers.load(ServiceLoader.load(layer.layer(), GemmBackend.class), Backends::of, layer::fileOf),
                Providers.load(ServiceLoader.load(layer.layer(), BackendSource.class), Backends::of, layer::fileOf),
                layer.rejected(),
                layer::fileOf);
        return loaded.withMissing(layer.directory());
    }

    /// A backend that has answered what every command asks: one that throws, being made for another version
    /// of the interface perhaps, would end them all.
    private static Backends of(AttentionBackend backend) {
        requireNonNull(backend.name(), "name()");
        requireNonNull(backend.availability(), "availability()");
        requireNonNull(backend.details(), "details()");
        int _ = backend.rank();
        boolean _ = backend.needsDevice();
        return new Backends(List.of(backend), List.of());
    }

    private static Backends of(GemmBackend backend) {
        requireNonNull(backend.name(), "name()");
        requireNonNull(backend.availability(), "availability()");
        int _ = backend.rank();
        return new Backends(List.of(), List.of(backend));
    }

    private static Backends of(BackendSource source) {
        List<AttentionBackend> attention = source.attention();
        List<GemmBackend> gemm = source.gemm();
        attention.forEach(Backends::of);
        gemm.forEach(Backends::of);
        return new Backends(attention, gemm);
    }

    /// @param fileOf tells the jar of a class
    private static Backends named(
            Providers<Backends> attention,
            Providers<Backends> gemm,
            Providers<Backends> sources,
            List<RejectedJar> rejected,
            Function<Class<?>, Optional<String>> fileOf) {
        List<AttentionBackend> all = new ArrayList<>();
        List<GemmBackend> products = new ArrayList<>();
        List<RejectedJar> failures = new ArrayList<>(rejected);
        for (Providers<Backends> each : List.of(attention, gemm, sources)) {
            each.found().forEach(backends -> all.addAll(backends.attention));
            each.found().forEach(backends -> products.addAll(backends.gemm));
            failures.addAll(each.failed());
        }
        all.sort(Comparator.comparingInt(AttentionBackend::rank).reversed());
        failures.addAll(namesakes(all, fileOf));
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

    /// Takes out what has the name of a backend of another jar, and of a rank that is not higher: no name
    /// would reach it.
    private static List<RejectedJar> namesakes(
            List<AttentionBackend> all, Function<Class<?>, Optional<String>> fileOf) {
        Map<String, String> files = new HashMap<>();
        List<RejectedJar> namesakes = new ArrayList<>();
        all.removeIf(backend -> {
            Optional<String> file = fileOf.apply(backend.getClass());
            Optional<String> first = file.flatMap(own -> Optional.ofNullable(files.putIfAbsent(backend.name(), own)));
            if (first.isEmpty() || first.equals(file)) {
                return false;
            }
            String reason = "it brings a backend called " + backend.name() + ", as " + first.get() + " does";
            return namesakes.add(new RejectedJar(file.get(), reason, "remove one"));
        });
        return namesakes;
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
