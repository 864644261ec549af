package heed.blas.cuda;

/// What went wrong on the way to a result from a GPU.
public abstract sealed class CudaException extends RuntimeException
        permits CudaCallException, CudaCompileException, CudaMemoryLimitException {
    private static final long serialVersionUID = 1;

    CudaException(String message) {
        super(message);
    }
}
