package heed.blas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Where systems keep BLAS libraries. The loader's own search would find one for each name and not say where.
///
/// | system                         | directories                                                    |
/// |--------------------------------|----------------------------------------------------------------|
/// | Debian, Ubuntu                 | `/usr/lib/TRIPLET`, a folder in it for each way to make threads |
/// | Fedora, SUSE, Arch, own builds | `/usr/lib64`, `/usr/lib`, `/usr/local/lib`                     |
/// | Intel's oneAPI                 | `/opt/intel/oneapi/mkl/latest/lib`                             |
/// | Homebrew                       | `/opt/homebrew/opt/openblas/lib`                               |
final class SystemLibraries {
    private static final List<String> FILES = List.of(
            "libopenblas.so.0",
            "libopenblasp.so.0",
            "libblis.so.4",
            "libmkl_rt.so.2",
            "libblas.so.3",
            "libcblas.so.3",
            "libopenblas.dylib");
    private static final List<String> DIRECTORIES =
            List.of("/usr/lib64", "/usr/lib", "/usr/local/lib", "/opt/intel/oneapi/mkl/latest/lib");

    private SystemLibraries() {}

    /// The files there are, by name and then by directory; of several paths to one file the first.
    static List<Path> find(Platform platform) {
        Map<Path, Path> found = new LinkedHashMap<>();
        for (String file : FILES) {
            for (Path directory : directories(platform, file)) {
                Path path = directory.resolve(file);
                if (Files.isRegularFile(path)) {
                    found.putIfAbsent(real(path), path);
                }
            }
        }
        return List.copyOf(found.values());
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file; // its examination will tell
        }
    }

    private static List<Path> directories(Platform platform, String file) {
        if (platform.isMac()) {
            return List.of(Path.of("/opt/homebrew/opt/openblas/lib"), Path.of("/usr/local/opt/openblas/lib"));
        }
        if (platform.isWindows()) {
            return List.of();
        }
        Path triplet = Path.of("/usr/lib", platform.isArm() ? "aarch64-linux-gnu" : "x86_64-linux-gnu");
        List<Path> directories = new ArrayList<>();
        if (file.startsWith("libopenblas") || file.startsWith("libblis")) {
            // The folders' libblas.so.3 is the same library again.
            String name = file.substring("lib".length(), file.indexOf('.'));
            for (String threads : List.of("pthread", "openmp", "serial")) {
                directories.add(triplet.resolve(name + "-" + threads));
            }
        }
        directories.add(triplet);
        DIRECTORIES.forEach(directory -> directories.add(Path.of(directory)));
        return directories;
    }
}
