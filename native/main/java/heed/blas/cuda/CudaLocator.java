package heed.blas.cuda;

import heed.blas.NativeLibrary;
import heed.blas.NativeLibrary.Opened;
import heed.blas.NativeLibrary.Unopened;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds NVIDIA's libraries; Heed has none of its own. For each of [CudaLibrary]:
///
/// 1. the file that a property names, used or reported,
/// 2. else one in a folder of [CudaSettings#PATH],
/// 3. else what the system's loader finds under its names,
/// 4. else one in `lib64` of the toolkit: `CUDA_HOME`, `CUDA_PATH`, `/usr/local/cuda`.
///
/// They are opened where they lie and not copied as BLAS libraries are: the driver belongs to the kernel module
/// that runs, and cuBLAS is half a gigabyte.
final class CudaLocator {
    private static final String HINT = "install NVIDIA's driver, and cuBLAS and NVRTC of CUDA 11.2 to 13, or set "
            + CudaSettings.PATH + " to the folder that holds them";

    private final CudaSettings settings;
    private final List<String> reasons = new ArrayList<>();
    private String path = "";

    CudaLocator(CudaSettings settings) {
        this.settings = settings;
    }

    /// Opens them all, or says of each that is missing why.
    CudaLibraries locate() {
        Optional<Opened> driver = find(CudaLibrary.DRIVER, CudaDriver.Function.values());
        Optional<Opened> nvrtc = find(CudaLibrary.NVRTC, Nvrtc.Function.values());
        Optional<Opened> cublas = find(CudaLibrary.CUBLAS, Cublas.Function.values());
        if (driver.isEmpty() || nvrtc.isEmpty() || cublas.isEmpty()) {
            return new CudaLibraries.Missing(String.join("; ", reasons), HINT);
        }
        Nvrtc compiler = new Nvrtc(nvrtc.get().symbols());
        openBuiltins(nvrtc.get().path(), compiler.version());
        return new CudaLibraries.Opened(
                new CudaDriver(driver.get().symbols()), new Cublas(cublas.get().symbols()), compiler, path);
    }

    private <F extends Enum<F>> Optional<Opened> find(CudaLibrary library, F[] functions) {
        return switch (open(library)) {
            case Unopened no -> {
                reasons.add(library.title() + " must open: " + no.path() + " (" + no.reason() + ")");
                yield Optional.empty();
            }
            case Opened opened -> complete(library, opened, FunctionTable.missing(opened.symbols(), functions));
        };
    }

    private Optional<Opened> complete(CudaLibrary library, Opened opened, List<String> missing) {
        if (missing.isEmpty()) {
            path = opened.path().toString();
            return Optional.of(opened);
        }
        reasons.add(library.title() + " must export " + String.join(", ", missing) + ": " + opened.path());
        return Optional.empty();
    }

    private NativeLibrary open(CudaLibrary library) {
        Optional<CudaSettings.Setting> named = settings.find(library.property());
        try {
            if (named.isPresent()) {
                return open(Path.of(named.get().value()));
            }
            NativeLibrary last = new Unopened(Path.of(library.names().getFirst()), "not looked for");
            for (Path file : files(library, folders())) {
                last = open(file);
                if (last instanceof Opened) {
                    return last;
                }
            }
            NativeLibrary system = ofSystem(library);
            if (system instanceof Opened) {
                return system;
            }
            for (Path file : files(library, toolkits())) {
                last = open(file);
                if (last instanceof Opened) {
                    return last;
                }
            }
            return last.path().isAbsolute() ? last : system;
        } catch (InvalidPathException wrong) {
            return new Unopened(Path.of(library.names().getFirst()), "no path: " + wrong.getInput());
        }
    }

    private static NativeLibrary ofSystem(CudaLibrary library) {
        NativeLibrary newest = NativeLibrary.ofSystem(library.names().getFirst());
        return newest instanceof Opened
                ? newest
                : library.names().stream()
                        .skip(1)
                        .map(NativeLibrary::ofSystem)
                        .filter(Opened.class::isInstance)
                        .findFirst()
                        .orElse(newest);
    }

    private List<Path> folders() {
        return settings.find(CudaSettings.PATH).stream()
                .flatMap(set -> Stream.of(set.value().split(File.pathSeparator)))
                .map(Path::of)
                .toList();
    }

    private List<Path> toolkits() {
        Stream<String> homes = Stream.of("CUDA_HOME", "CUDA_PATH")
                .map(name -> settings.variables().getOrDefault(name, ""))
                .filter(home -> !home.isBlank());
        return Stream.concat(homes, Stream.of("/usr/local/cuda"))
                .map(home -> Path.of(home, "lib64"))
                .toList();
    }

    private static List<Path> files(CudaLibrary library, List<Path> folders) {
        return folders.stream()
                .flatMap(folder -> library.names().stream().map(folder::resolve))
                .filter(Files::isRegularFile)
                .toList();
    }

    /// Opens a file, after the one beside it that cuBLAS needs: the loader finds what is open already by its
    /// name alone.
    private static NativeLibrary open(Path file) {
        Path beside = file.resolveSibling(file.getFileName().toString().replace("libcublas.", "libcublasLt."));
        if (!beside.equals(file) && Files.isRegularFile(beside)) {
            NativeLibrary.open(beside);
        }
        return NativeLibrary.open(file);
    }

    /// NVRTC opens its built-in headers by their name, at the first compilation; where it would not find them,
    /// that says so.
    private static void openBuiltins(Path nvrtc, String version) {
        String name = "libnvrtc-builtins.so." + version;
        Path beside = nvrtc.resolveSibling(name);
        if (nvrtc.isAbsolute() && Files.isRegularFile(beside)) {
            NativeLibrary.open(beside);
        } else {
            NativeLibrary.ofSystem(name);
        }
    }
}
