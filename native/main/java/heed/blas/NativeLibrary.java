package heed.blas;

import java.io.IOException;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A native library at a path: opened, or not, with the loader's own words.
///
/// The system counts openings: each is closed by itself, and the library is unloaded with the last. A call into an
/// unloaded library ends the process, so whoever closes one sees to it that nobody is inside; [LeasedLibrary] does.
public sealed interface NativeLibrary {
    /// The file asked for.
    Path path();

    /// @param symbols the library's own symbols and those of the libraries it needs
    /// @param unload what closing does, once
    record Opened(Path path, SymbolLookup symbols, Runnable unload) implements NativeLibrary, AutoCloseable {
        @Override
        public void close() {
            unload.run();
        }
    }

    /// @param reason what the system's loader said, one line
    record Unopened(Path path, String reason) implements NativeLibrary {}

    /// Opens the library. Never throws for a file that is missing or is no library.
    static NativeLibrary open(Path path) {
        Path absolute = path.toAbsolutePath();
        Optional<String> harm = harm(absolute);
        if (harm.isPresent()) {
            return new Unopened(absolute, absolute + ": " + harm.get());
        }
        return Platform.current().isWindows() ? WindowsLoader.open(absolute) : PosixLoader.open(absolute);
    }

    /// What the loader would not survive: it waits for the writer of a pipe, and dies of a file that is cut short.
    private static Optional<String> harm(Path file) {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                return Optional.of("no file");
            }
            return Files.isRegularFile(file)
                            && ElfFile.read(file).filter(ElfFile::isTruncated).isPresent()
                    ? Optional.of("the file is cut short")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // the loader will tell
        }
    }

    /// Opens, for good, what the system's loader finds under a bare name, such as `libcuda.so.1`.
    static NativeLibrary ofSystem(String name) {
        Path path = Path.of(name);
        return Platform.current().isWindows() ? WindowsLoader.open(path) : PosixLoader.open(path);
    }
}
