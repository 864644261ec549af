package heed.blas.cuda;

/// Device memory that was asked for beyond the limit of this process.
public final class CudaMemoryLimitException extends CudaException {
    private static final long serialVersionUID = 1;

    CudaMemoryLimitException(long bytes, long used, long limit) {
        super("device memory must stay within its limit: bytes=" + bytes + ", used=" + used + ", limit=" + limit
                + "; plan smaller sizes, close plans, or raise " + CudaSettings.MEMORY);
    }
}
