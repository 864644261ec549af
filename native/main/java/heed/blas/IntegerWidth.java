package heed.blas;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heed.blas.bindings.OpenBlas;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Finds out whether a `cblas_sgemm` takes its sizes in 32 bits or in 64, where the library does not tell.
///
/// One number by one number, with every size 1 in its lower half and −1 in its upper: a library of 32-bit sizes
/// reads the lower halves and multiplies; to one of 64-bit sizes they are negative, and it refuses. Some refuse
/// by ending the process, so this is for [LibraryTrial]'s process alone. It holds where an argument of 32 bits
/// lies in a register or a stack slot of 64: on System V x86-64, Windows x64 and AArch64, but not on Apple's
/// AArch64.
final class IntegerWidth {
    private static final long ONE = 1 | -1L << Integer.SIZE;

    private static final float UNTOUCHED = -1;

    private IntegerWidth() {}

    static int of(MemorySegment sgemm) {
        MethodHandle function = handle(FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_LONG,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_LONG,
                ADDRESS,
                JAVA_LONG,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_LONG));
        int order = OpenBlas.CblasRowMajor();
        int plain = OpenBlas.CblasNoTrans();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment a = arena.allocateFrom(JAVA_FLOAT, 2);
            MemorySegment b = arena.allocateFrom(JAVA_FLOAT, 3);
            MemorySegment c = arena.allocateFrom(JAVA_FLOAT, UNTOUCHED);
            function.invokeExact(sgemm, order, plain, plain, ONE, ONE, ONE, 1f, a, ONE, b, ONE, 0f, c, ONE);
            return c.get(JAVA_FLOAT, 0) == UNTOUCHED ? 64 : 32;
        } catch (Throwable e) {
            throw new AssertionError("cblas_sgemm declares no exception", e);
        }
    }

    @SuppressWarnings("restricted") // a call with types of our own is what the question needs
    private static MethodHandle handle(FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(descriptor);
    }
}
