package heed.blas.cuda;

import static java.lang.foreign.MemorySegment.NULL;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import heed.blas.bindings.cuda.*;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.stream.IntStream;

/// The one door to NVRTC, which compiles CUDA C to PTX and needs no device for it.
final class Nvrtc {
    /// What is called, as it is called in C.
    enum Function {
        nvrtcVersion,
        nvrtcGetErrorString,
        nvrtcGetNumSupportedArchs,
        nvrtcGetSupportedArchs,
        nvrtcCreateProgram,
        nvrtcDestroyProgram,
        nvrtcCompileProgram,
        nvrtcGetPTXSize,
        nvrtcGetPTX,
        nvrtcGetProgramLogSize,
        nvrtcGetProgramLog
    }

    private final FunctionTable<Function> table;

    Nvrtc(SymbolLookup symbols) {
        table = FunctionTable.of(symbols, Function.values());
    }

    private MemorySegment at(Function function) {
        return table.at(function);
    }

    private void check(Function function, int status) {
        if (status != 0) {
            throw new CudaCallException(function.name(), status, text(status), "use NVRTC of CUDA 11.2 or later");
        }
    }

    private String text(int status) {
        return nvrtcGetErrorString
                .invoke(at(Function.nvrtcGetErrorString), status)
                .getString(0);
    }

    /// As in `13.0`.
    String version() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment major = arena.allocate(JAVA_INT);
            MemorySegment minor = arena.allocate(JAVA_INT);
            check(Function.nvrtcVersion, nvrtcVersion.invoke(at(Function.nvrtcVersion), major, minor));
            return major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0);
        }
    }

    /// Architectures that it compiles for, as in 75 and 90.
    int[] architectures() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(
                    Function.nvrtcGetNumSupportedArchs,
                    nvrtcGetNumSupportedArchs.invoke(at(Function.nvrtcGetNumSupportedArchs), out));
            int count = out.get(JAVA_INT, 0);
            MemorySegment all = arena.allocate(JAVA_INT, Math.max(1, count));
            check(
                    Function.nvrtcGetSupportedArchs,
                    nvrtcGetSupportedArchs.invoke(at(Function.nvrtcGetSupportedArchs), all));
            return IntStream.range(0, count)
                    .map(n -> all.getAtIndex(JAVA_INT, n))
                    .toArray();
        }
    }

    /// The PTX of `source`, for any device of `architecture` or later.
    ///
    /// @throws CudaCompileException with the compiler's log
    byte[] compile(String source, int architecture) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(ADDRESS);
            check(
                    Function.nvrtcCreateProgram,
                    nvrtcCreateProgram.invoke(
                            at(Function.nvrtcCreateProgram),
                            program,
                            arena.allocateFrom(source),
                            arena.allocateFrom("attention.cu"),
                            0,
                            NULL,
                            NULL));
            byte[] ptx;
            try {
                ptx = compile(arena, program.get(ADDRESS, 0), "compute_" + architecture);
            } catch (RuntimeException failure) {
                nvrtcDestroyProgram.invoke(at(Function.nvrtcDestroyProgram), program);
                throw failure;
            }
            check(Function.nvrtcDestroyProgram, nvrtcDestroyProgram.invoke(at(Function.nvrtcDestroyProgram), program));
            return ptx;
        }
    }

    private byte[] compile(Arena arena, MemorySegment program, String architecture) {
        MemorySegment options = arena.allocate(ADDRESS);
        options.set(ADDRESS, 0, arena.allocateFrom("--gpu-architecture=" + architecture));
        int status = nvrtcCompileProgram.invoke(at(Function.nvrtcCompileProgram), program, 1, options);
        if (status != 0) {
            throw new CudaCompileException(
                    architecture, "nvrtcCompileProgram returned " + status + ", " + text(status), log(arena, program));
        }
        MemorySegment size = arena.allocate(JAVA_LONG);
        check(Function.nvrtcGetPTXSize, nvrtcGetPTXSize.invoke(at(Function.nvrtcGetPTXSize), program, size));
        MemorySegment ptx = arena.allocate(size.get(JAVA_LONG, 0));
        check(Function.nvrtcGetPTX, nvrtcGetPTX.invoke(at(Function.nvrtcGetPTX), program, ptx));
        return ptx.asSlice(0, ptx.byteSize() - 1).toArray(JAVA_BYTE); // without the final 0
    }

    private String log(Arena arena, MemorySegment program) {
        MemorySegment size = arena.allocate(JAVA_LONG);
        int status = nvrtcGetProgramLogSize.invoke(at(Function.nvrtcGetProgramLogSize), program, size);
        if (status != 0 || size.get(JAVA_LONG, 0) <= 1) {
            return "";
        }
        MemorySegment log = arena.allocate(size.get(JAVA_LONG, 0));
        return nvrtcGetProgramLog.invoke(at(Function.nvrtcGetProgramLog), program, log) == 0 ? log.getString(0) : "";
    }
}
