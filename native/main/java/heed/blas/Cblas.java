package heed.blas;

import heed.blas.bindings.MKL_Set_Num_Threads;
import heed.blas.bindings.bli_thread_set_num_threads;
import heed.blas.bindings.cblas_dgemm;
import heed.blas.bindings.cblas_sgemm;
import heed.blas.bindings.openblas_get_config;
import heed.blas.bindings.openblas_get_corename;
import heed.blas.bindings.openblas_get_num_threads;
import heed.blas.bindings.openblas_get_parallel;
import heed.blas.bindings.openblas_set_num_threads;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// The functions of one opened BLAS library, a method each, by their C names and C argument names.
///
/// Several may be open at once; they share nothing. Every argument is checked here and a wrong one
/// is refused with an `IllegalArgumentException`. Methods may be called from any number of threads.
///
/// The library computes on the calling thread alone: opening it sets its thread count to 1, because
/// Heed splits the work itself, and two pools on the same cores only disturb each other.
///
/// A product costs tens of nanoseconds to call and allocates nothing. It is called plainly, never with
/// `Linker.Option.critical`: that would hold off the garbage collector for as long as the product takes,
/// so operands are native segments.
public final class Cblas {
    private final Path library;
    private final CblasAddresses at;

    private Cblas(Path library, CblasAddresses at) {
        this.library = library;
        this.at = at;
    }

    /// The door to the functions of a library that [CblasAddresses#missing] has nothing against.
    ///
    /// @param library its file, as the user knows it
    static Cblas of(NativeLibrary.Opened opened, Path library) {
        Cblas cblas = new Cblas(library, CblasAddresses.of(opened.symbols()));
        cblas.setNumThreads(1);
        return cblas;
    }

    /// Where its functions are.
    CblasAddresses addresses() {
        return at;
    }

    /// The library's file, as the user named it or as it lies in the cache.
    public Path library() {
        return library;
    }

    /// `C = alpha · op(A) · op(B) + beta · C` in single precision. With `beta = 0` C is only written, whatever
    /// it held.
    ///
    /// | matrix  | size  | stored when transposed |
    /// |---------|-------|------------------------|
    /// | `op(A)` | m × k | k × m                  |
    /// | `op(B)` | k × n | n × k                  |
    /// | `C`     | m × n | –                      |
    ///
    /// The offsets are there so that callers need not slice: a slice made by the caller is an object for
    /// each call (120 B seen), one made here the compiler does away with.
    ///
    /// @param aOffset bytes from the begin of `a` to the first element of A; so `bOffset`, `cOffset`
    /// @param lda elements from one stored row of A to the next (column, in column-major order); so `ldb`, `ldc`
    public void sgemm(
            Order order,
            Transpose transA,
            Transpose transB,
            int m,
            int n,
            int k,
            float alpha,
            MemorySegment a,
            long aOffset,
            int lda,
            MemorySegment b,
            long bOffset,
            int ldb,
            float beta,
            MemorySegment c,
            long cOffset,
            int ldc) {
        GemmArguments.check(
                order, transA, transB, m, n, k, a, aOffset, lda, b, bOffset, ldb, c, cOffset, ldc, Float.BYTES);
        cblas_sgemm.invoke(
                at.sgemm(),
                order.code(),
                transA.code(),
                transB.code(),
                m,
                n,
                k,
                alpha,
                a.asSlice(aOffset),
                lda,
                b.asSlice(bOffset),
                ldb,
                beta,
                c.asSlice(cOffset),
                ldc);
    }

    /// [#sgemm] in double precision.
    public void dgemm(
            Order order,
            Transpose transA,
            Transpose transB,
            int m,
            int n,
            int k,
            double alpha,
            MemorySegment a,
            long aOffset,
            int lda,
            MemorySegment b,
            long bOffset,
            int ldb,
            double beta,
            MemorySegment c,
            long cOffset,
            int ldc) {
        GemmArguments.check(
                order, transA, transB, m, n, k, a, aOffset, lda, b, bOffset, ldb, c, cOffset, ldc, Double.BYTES);
        cblas_dgemm.invoke(
                at.dgemm(),
                order.code(),
                transA.code(),
                transB.code(),
                m,
                n,
                k,
                alpha,
                a.asSlice(aOffset),
                lda,
                b.asSlice(bOffset),
                ldb,
                beta,
                c.asSlice(cOffset),
                ldc);
    }

    /// How OpenBLAS was built, for example `OpenBLAS 0.3.31 DYNAMIC_ARCH NO_AFFINITY Cooperlake MAX_THREADS=64`.
    public Optional<String> config() {
        return at.getConfig().map(address -> text(openblas_get_config.invoke(address)));
    }

    /// The processor whose kernels OpenBLAS has chosen, for example `Cooperlake`.
    public Optional<String> coreName() {
        return at.getCorename().map(address -> text(openblas_get_corename.invoke(address)));
    }

    /// Sets how many threads of its own a product of the library uses, in this whole process.
    ///
    /// @return whether the library can be told: OpenBLAS, BLIS and oneMKL can
    public boolean setNumThreads(int numThreads) {
        if (numThreads < 1) {
            throw new IllegalArgumentException("numThreads must be positive: numThreads=" + numThreads);
        }
        at.setNumThreads().ifPresent(address -> openblas_set_num_threads.invoke(address, numThreads));
        at.blisSetNumThreads().ifPresent(address -> bli_thread_set_num_threads.invoke(address, numThreads));
        at.mklSetNumThreads().ifPresent(address -> MKL_Set_Num_Threads.invoke(address, numThreads));
        return at.setNumThreads().isPresent()
                || at.blisSetNumThreads().isPresent()
                || at.mklSetNumThreads().isPresent();
    }

    /// How many threads of its own a product of the library uses; only OpenBLAS tells.
    public OptionalInt numThreads() {
        return at.getNumThreads().stream()
                .mapToInt(openblas_get_num_threads::invoke)
                .findFirst();
    }

    /// How OpenBLAS makes threads: 0 not at all, 1 by itself, 2 by OpenMP.
    public OptionalInt parallel() {
        return at.getParallel().stream().mapToInt(openblas_get_parallel::invoke).findFirst();
    }

    /// What a library says of itself; nothing if it says so by no pointer.
    static String text(MemorySegment cString) {
        return cString.address() == 0 ? "" : cString.getString(0).strip();
    }
}
