package heed.blas;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// `dlopen`, `dlsym`, `dlclose` and `dlerror`, because `SymbolLookup.libraryLookup` does not say why a library
/// fails to open.
final class PosixLoader {
    private static final int RTLD_NOW = 2;
    // Zero on Linux and 4 on macOS, where zero would mean RTLD_GLOBAL: two BLAS libraries export the same names.
    private static final int RTLD_LOCAL = Platform.current().isMac() ? 4 : 0;

    private static final MethodHandle DLOPEN = function("dlopen", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT));
    private static final MethodHandle DLSYM = function("dlsym", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
    private static final MethodHandle DLCLOSE = function("dlclose", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    // Linked here, ahead of any dlopen: linking one in between could itself set or clear the error.
    private static final MethodHandle DLERROR = function("dlerror", FunctionDescriptor.of(ADDRESS));

    private PosixLoader() {}

    static NativeLibrary open(Path path) {
        try (Arena arena = Arena.ofConfined()) {
            error();
            MemorySegment handle =
                    (MemorySegment) DLOPEN.invokeExact(arena.allocateFrom(path.toString()), RTLD_NOW | RTLD_LOCAL);
            return handle.address() == 0
                    ? new NativeLibrary.Unopened(path, error())
                    : new NativeLibrary.Opened(path, name -> symbol(handle, name), () -> close(handle));
        } catch (Throwable e) {
            throw new AssertionError("dlopen declares no exception", e);
        }
    }

    private static Optional<MemorySegment> symbol(MemorySegment handle, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = (MemorySegment) DLSYM.invokeExact(handle, arena.allocateFrom(name));
            return address.address() == 0 ? Optional.empty() : Optional.of(address);
        } catch (Throwable e) {
            throw new AssertionError("dlsym declares no exception", e);
        }
    }

    /// Gives back one opening; the system unloads the library with the last.
    private static void close(MemorySegment handle) {
        try {
            int _ = (int) DLCLOSE.invokeExact(handle);
        } catch (Throwable e) {
            throw new AssertionError("dlclose declares no exception", e);
        }
    }

    /// The pending error of this thread, which asking clears.
    @SuppressWarnings("restricted") // dlerror's result is a C string of unknown length
    private static String error() throws Throwable {
        MemorySegment text = (MemorySegment) DLERROR.invokeExact();
        return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    @SuppressWarnings("restricted") // the four functions above, with the types that POSIX gives them
    private static MethodHandle function(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
