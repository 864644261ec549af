package heed.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/// Opens libraries where there is no `dlopen`.
final class WindowsLoader {
    private WindowsLoader() {}

    /// The JDK's message names the file and nothing else: `GetLastError` is gone by the time Java code could ask for
    /// it.
    @SuppressWarnings("restricted") // opening a library is what this class is for
    static NativeLibrary open(Path path) {
        Arena arena = Arena.ofShared();
        try {
            return new NativeLibrary.Opened(path, SymbolLookup.libraryLookup(path, arena), arena::close);
        } catch (IllegalArgumentException e) {
            arena.close();
            return new NativeLibrary.Unopened(path, path + ": Windows could not load it or a library it needs");
        }
    }
}
