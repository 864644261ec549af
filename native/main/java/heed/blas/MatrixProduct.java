package heed.blas;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// `C = A · B` of fixed sizes and layouts, compiled; any number of threads may run it, each by a [Call] of its own.
final class MatrixProduct {
    private final Dnnl dnnl;
    private final MemorySegment a;
    private final MemorySegment b;
    private final MemorySegment c;
    private final MemorySegment scratch;
    private final MemorySegment compiled;

    /// Compiles it, for as long as `arena` lives.
    MatrixProduct(Dnnl dnnl, Arena arena, StridedMatrix a, StridedMatrix b, StridedMatrix c) {
        this.dnnl = dnnl;
        this.a = dnnl.describe(arena, a);
        this.b = dnnl.describe(arena, b);
        this.c = dnnl.describe(arena, c);
        MemorySegment plan = dnnl.plan(arena, this.a, this.b, this.c);
        scratch = dnnl.scratch(plan);
        compiled = dnnl.compile(arena, plan);
    }

    /// Bytes that a run needs beside the matrices.
    long scratchBytes() {
        return dnnl.bytes(scratch);
    }

    /// A way for one thread to run it over the same A and C, with scratch memory of at least [#scratchBytes].
    Call call(Arena arena, MemorySegment stream, MemorySegment from, MemorySegment to, MemorySegment scratchMemory) {
        return new Call(arena, stream, from, to, scratchMemory);
    }

    /// The arguments of one thread.
    final class Call {
        private final MemorySegment stream;
        private final MemorySegment factor;
        private final MemorySegment arguments;

        private Call(Arena arena, MemorySegment stream, MemorySegment from, MemorySegment to, MemorySegment memory) {
            this.stream = stream;
            factor = dnnl.memory(arena, b, MemorySegment.NULL);
            arguments = dnnl.arguments(
                    arena,
                    dnnl.memory(arena, a, from),
                    factor,
                    dnnl.memory(arena, c, to),
                    dnnl.memory(arena, scratch, memory));
        }

        /// Runs it with the B that begins at byte `at` of `matrix`.
        void run(MemorySegment matrix, long at) {
            dnnl.point(factor, matrix, at);
            dnnl.run(compiled, stream, arguments);
        }
    }
}
