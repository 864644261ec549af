package heed.blas.cuda;

/// A function of the driver, of cuBLAS or of NVRTC that returned an error code.
///
/// Kernels run behind the caller's back, so an error may be of a call before the one named: NVIDIA's functions
/// report it with the next that looks.
public final class CudaCallException extends CudaException {
    private static final long serialVersionUID = 1;

    /// What the function returned.
    private final int code;

    /// Its name in C.
    private final String call;

    /// @param text what the library says about the code
    CudaCallException(String call, int code, String text, String advice) {
        super(call + " must return 0: it returned " + code + ", " + text + "; " + advice);
        this.call = call;
        this.code = code;
    }

    /// The function's name in C.
    public String call() {
        return call;
    }

    /// What it returned.
    public int code() {
        return code;
    }
}
