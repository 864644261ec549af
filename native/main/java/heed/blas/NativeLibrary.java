package heed.blas;

import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/// A native library at a path: opened, or not, with the loader's own words.
///
/// An opened library stays open until the process ends. Closing one would throw in any thread that is
/// inside it or calls it next, and OpenBLAS keeps worker threads of its own.
public sealed interface NativeLibrary {
    /// The file asked for.
    Path path();

    /// @param symbols the library's own symbols and those of the libraries it needs
    record Opened(Path path, SymbolLookup symbols) implements NativeLibrary {}

    /// @param reason what the system's loader said, one line
    record Unopened(Path path, String reason) implements NativeLibrary {}

    /// Opens the library, for good. Never throws for a file that is missing or is no library.
    static NativeLibrary open(Path path) {
        Path absolute = path.toAbsolutePath();
        return Platform.current().isWindows() ? WindowsLoader.open(absolute) : PosixLoader.open(absolute);
    }

    /// Opens, for good, what the system's loader finds under a bare name, such as `libcuda.so.1`.
    static NativeLibrary ofSystem(String name) {
        Path path = Path.of(name);
        return Platform.current().isWindows() ? WindowsLoader.open(path) : PosixLoader.open(path);
    }
}
