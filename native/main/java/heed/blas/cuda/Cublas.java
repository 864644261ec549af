package heed.blas.cuda;

import static java.lang.foreign.MemorySegment.ofAddress;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import heed.blas.bindings.cuda.*;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/// The one door to cuBLAS: an error code becomes a [CudaCallException].
final class Cublas {
    /// What is called, as it is called in C.
    enum Function {
        cublasCreate_v2,
        cublasDestroy_v2,
        cublasSetStream_v2,
        cublasSetMathMode,
        cublasGetProperty,
        cublasGetStatusString,
        cublasSgemmStridedBatched,
        cublasGemmStridedBatchedEx
    }

    private final FunctionTable<Function> table;

    Cublas(SymbolLookup symbols) {
        table = FunctionTable.of(symbols, Function.values());
    }

    private MemorySegment at(Function function) {
        return table.at(function);
    }

    private void check(Function function, int status) {
        if (status != 0) {
            String text = cublasGetStatusString
                    .invoke(at(Function.cublasGetStatusString), status)
                    .getString(0);
            boolean memory = status == Cuda.CUBLAS_STATUS_ALLOC_FAILED();
            throw new CudaCallException(
                    function.name(),
                    status,
                    text,
                    memory ? "plan smaller sizes, or close plans" : "look at the driver's log for what happened");
        }
    }

    /// As in `13.1.1`; asks no device.
    String version() {
        return property(Cuda.MAJOR_VERSION()) + "." + property(Cuda.MINOR_VERSION()) + "."
                + property(Cuda.PATCH_LEVEL());
    }

    private int property(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_INT);
            check(Function.cublasGetProperty, cublasGetProperty.invoke(at(Function.cublasGetProperty), type, out));
            return out.get(JAVA_INT, 0);
        }
    }

    /// A handle in the current context. It keeps some device memory of its own, which no limit of ours counts.
    MemorySegment newHandle() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            check(Function.cublasCreate_v2, cublasCreate_v2.invoke(at(Function.cublasCreate_v2), out));
            return out.get(ADDRESS, 0);
        }
    }

    void destroyHandle(MemorySegment handle) {
        check(Function.cublasDestroy_v2, cublasDestroy_v2.invoke(at(Function.cublasDestroy_v2), handle));
    }

    void setStream(MemorySegment handle, MemorySegment stream) {
        check(Function.cublasSetStream_v2, cublasSetStream_v2.invoke(at(Function.cublasSetStream_v2), handle, stream));
    }

    void setMathMode(MemorySegment handle, int mode) {
        check(Function.cublasSetMathMode, cublasSetMathMode.invoke(at(Function.cublasSetMathMode), handle, mode));
    }

    /// `C = alpha · op(A) · B + beta · C` in column-major order, for each of `batch` matrices.
    ///
    /// @param type of A and B; C is f32
    /// @param a device address; so `b`, `c`
    /// @param lda elements from one column to the next; so `ldb`, `ldc`
    /// @param strideA elements from one matrix to the next; so `strideB`, `strideC`
    void multiply(
            MemorySegment handle,
            DeviceType type,
            int transA,
            int m,
            int n,
            int k,
            MemorySegment alpha,
            long a,
            int lda,
            long strideA,
            long b,
            int ldb,
            long strideB,
            MemorySegment beta,
            long c,
            int ldc,
            long strideC,
            int batch) {
        int plain = Cuda.CUBLAS_OP_N();
        if (type == DeviceType.F32) {
            check(
                    Function.cublasSgemmStridedBatched,
                    cublasSgemmStridedBatched.invoke(
                            at(Function.cublasSgemmStridedBatched),
                            handle,
                            transA,
                            plain,
                            m,
                            n,
                            k,
                            alpha,
                            ofAddress(a),
                            lda,
                            strideA,
                            ofAddress(b),
                            ldb,
                            strideB,
                            beta,
                            ofAddress(c),
                            ldc,
                            strideC,
                            batch));
            return;
        }
        check(
                Function.cublasGemmStridedBatchedEx,
                cublasGemmStridedBatchedEx.invoke(
                        at(Function.cublasGemmStridedBatchedEx),
                        handle,
                        transA,
                        plain,
                        m,
                        n,
                        k,
                        alpha,
                        ofAddress(a),
                        type.cublasCode(),
                        lda,
                        strideA,
                        ofAddress(b),
                        type.cublasCode(),
                        ldb,
                        strideB,
                        beta,
                        ofAddress(c),
                        DeviceType.F32.cublasCode(),
                        ldc,
                        strideC,
                        batch,
                        Cuda.CUBLAS_COMPUTE_32F(),
                        Cuda.CUBLAS_GEMM_DEFAULT()));
    }
}
