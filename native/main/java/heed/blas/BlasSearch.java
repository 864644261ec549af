package heed.blas;

import heed.blas.BlasLibrary.Located;
import heed.blas.BlasLibrary.Missing;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds BLAS libraries: those that the user names, the bundled OpenBLAS, those of the system, in this order.
///
/// | setting                                            | names                                                |
/// |----------------------------------------------------|------------------------------------------------------|
/// | `heed.openblas.library`, `HEED_OPENBLAS_LIBRARY`   | one file, which takes the bundled one's place        |
/// | `heed.blas.libraries`, then `HEED_BLAS_LIBRARIES`  | files, with the system's path separator between them |
///
/// Of the first two the property wins; whoever names that file is served by no other OpenBLAS unless by name of a file
/// of the lists. A file that is named is used or reported. What was seen under another path is left out; two
/// libraries that would be called the same differ by their hash.
final class BlasSearch {
    static final String PROPERTY = "heed.openblas.library";
    static final String VARIABLE = "HEED_OPENBLAS_LIBRARY";
    static final String LIST_PROPERTY = "heed.blas.libraries";
    static final String LIBRARIES = "HEED_BLAS_LIBRARIES";
    private static final int HASH_DIGITS = 6;

    private final Settings settings;
    private final LibraryExam exam;
    private final Platform platform;
    private final List<Path> system;

    BlasSearch(Settings settings, LibraryExam exam, Platform platform, List<Path> system) {
        this.settings = settings;
        this.exam = exam;
        this.platform = platform;
        this.system = system;
    }

    /// A search that reads the settings of this process as they are now.
    static BlasSearch ofProcess() {
        Platform platform = Platform.current();
        return new BlasSearch(Settings.ofProcess(), LibraryExam.ofProcess(), platform, SystemLibraries.find(platform));
    }

    /// Every library, the preferred first. Reads and hashes each, so ask once and keep the answer.
    List<BlasLibrary> all() {
        List<BlasLibrary> all = new ArrayList<>();
        Optional<Settings.Setting> openblas = settings.find(PROPERTY, VARIABLE);
        openblas.ifPresent(set ->
                all.add(asOpenBlas(exam.examine(set.value(), Origin.setting(set.name(), "the bundled OpenBLAS")))));
        settings.property(LIST_PROPERTY).ifPresent(set -> all.addAll(named(set)));
        settings.variable(LIBRARIES).ifPresent(set -> all.addAll(named(set)));
        if (openblas.isEmpty()) {
            all.add(new BundledOpenBlas(exam, platform).locate());
        }
        for (BlasLibrary found : ofSystem()) {
            if (openblas.isEmpty() || !found.name().startsWith("openblas@")) {
                all.add(found);
            }
        }
        return distinct(all);
    }

    /// Who asks for it by the backend's name is to hear why it is missing.
    private static BlasLibrary asOpenBlas(BlasLibrary library) {
        return library instanceof Missing(var _, var reason, var hint)
                ? new Missing("openblas", reason, hint)
                : library;
    }

    private List<BlasLibrary> named(Settings.Setting list) {
        Origin origin = Origin.setting(list.name(), "the others");
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(list.value())
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .map(path -> exam.examine(path, origin))
                .toList();
    }

    /// A front, `libblas.so.3` on many systems, is another that was found already.
    private List<BlasLibrary> ofSystem() {
        return system.stream()
                .filter(path -> !isFront(path))
                .map(path -> exam.examine(path.toString(), Origin.SYSTEM))
                .toList();
    }

    private static boolean isFront(Path path) {
        try {
            return LibraryFile.behind(path).isPresent();
        } catch (IOException e) {
            return false; // its examination will tell
        }
    }

    private static List<BlasLibrary> distinct(List<BlasLibrary> all) {
        Map<String, Located> byHash = new HashMap<>();
        Map<String, BlasLibrary> byName = new HashMap<>();
        List<BlasLibrary> distinct = new ArrayList<>();
        for (BlasLibrary library : all) {
            if (library instanceof Located located && byHash.putIfAbsent(located.sha256(), located) != null) {
                continue;
            }
            BlasLibrary own = byName.containsKey(library.name()) ? renamed(library) : library;
            byName.put(own.name(), own);
            distinct.add(own);
        }
        return List.copyOf(distinct);
    }

    private static BlasLibrary renamed(BlasLibrary library) {
        return switch (library) {
            case Located located ->
                located.called(located.name() + "+" + located.sha256().substring(0, HASH_DIGITS));
            case Missing missing -> missing;
        };
    }
}
