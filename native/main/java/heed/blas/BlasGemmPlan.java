package heed.blas;

import heed.attention.CheckedGemmPlan;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.work.TaskLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executor;

/// A product by `cblas_sgemm` or `cblas_dgemm` over copies off the heap: BLAS takes native memory with one unit
/// stride, callers have any. The copies of A and C are `m · (k + n)` elements against `2 · m · n · k`
/// operations.
///
/// Rows are split into chunks of a fixed size, a task each, so that the bits of a row do not depend on the threads.
final class BlasGemmPlan extends CheckedGemmPlan {
    private static final int CHUNK = 64;

    private final LeasedLibrary.Lease library;
    private final Cblas cblas;
    private final Arena arena = Arena.ofShared();
    private final ElementType type;
    private final int k;
    private final int n;
    private final MemorySegment fixed;
    private final MemorySegment left;
    private final MemorySegment product;
    private final TaskLoop loop;

    /// Takes a lease of its own; gives it and what was allocated back if the rest cannot be.
    BlasGemmPlan(LeasedLibrary.Lease lease, Tensor b, int maxRows, PlanOptions options, Executor pool) {
        super(b, maxRows);
        library = lease.again();
        cblas = library.cblas();
        type = b.type();
        k = b.size(0);
        n = b.size(1);
        loop = new TaskLoop(options.threads(), options.executor().orElse(pool));
        try {
            fixed = allocate(k, n);
            left = allocate(maxRows, k);
            product = allocate(maxRows, n);
            copy(b, fixed, 0, k, n);
        } catch (RuntimeException | Error failure) {
            free();
            throw failure;
        }
    }

    private MemorySegment allocate(long rows, long columns) {
        return arena.allocate(Math.max(1, rows * columns) * type.bytes(), 64);
    }

    @Override
    protected void execute(double alpha, Tensor a, double beta, Tensor c) {
        int rows = a.size(0);
        if (n == 0) {
            return;
        }
        loop.run((rows + CHUNK - 1) / CHUNK, isShared(a, c) ? loop.threads() : 1, (task, _) -> {
            int from = task * CHUNK;
            multiply(alpha, a, beta, c, from, Math.min(rows, from + CHUNK));
        });
    }

    private void multiply(double alpha, Tensor a, double beta, Tensor c, int from, int to) {
        copy(a, left, from, to, k);
        if (beta != 0) {
            copy(c, product, from, to, n);
        }
        long aAt = (long) from * k * type.bytes();
        long cAt = (long) from * n * type.bytes();
        int m = to - from;
        int lda = Math.max(1, k);
        Transpose no = Transpose.NO_TRANS;
        if (type == ElementType.F32) {
            cblas.sgemm(
                    Order.ROW_MAJOR,
                    no,
                    no,
                    m,
                    n,
                    k,
                    (float) alpha,
                    left,
                    aAt,
                    lda,
                    fixed,
                    0,
                    n,
                    (float) beta,
                    product,
                    cAt,
                    n);
        } else {
            cblas.dgemm(Order.ROW_MAJOR, no, no, m, n, k, alpha, left, aAt, lda, fixed, 0, n, beta, product, cAt, n);
        }
        for (int i = from; i < to; i++) {
            copyRow(product, (long) i * n * type.bytes(), type.bytes(), c.segment(), rowAt(c, i), c.stride(1), n);
        }
    }

    private static long rowAt(Tensor matrix, int i) {
        return matrix.offset() + i * matrix.stride(0);
    }

    /// Rows `from … to` of a caller's matrix, contiguous.
    private void copy(Tensor matrix, MemorySegment target, int from, int to, int columns) {
        for (int i = from; i < to; i++) {
            long at = (long) i * columns * type.bytes();
            copyRow(matrix.segment(), rowAt(matrix, i), matrix.stride(1), target, at, type.bytes(), columns);
        }
    }

    private void copyRow(
            MemorySegment from, long at, long stride, MemorySegment to, long toAt, long toStride, int count) {
        if (count > 0 && stride == type.bytes() && toStride == type.bytes()) {
            MemorySegment.copy(from, at, to, toAt, (long) count * type.bytes());
            return;
        }
        for (int j = 0; j < count; j++) {
            type.write(to, toAt + j * toStride, type.read(from, at + j * stride));
        }
    }

    @Override
    public long workspaceBytes() {
        return fixed.byteSize() + left.byteSize() + product.byteSize();
    }

    @Override
    protected void free() {
        arena.close();
        library.close();
    }
}
