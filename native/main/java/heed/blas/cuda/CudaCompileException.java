package heed.blas.cuda;

/// The kernels that NVRTC did not compile.
public final class CudaCompileException extends CudaException {
    private static final long serialVersionUID = 1;

    /// What the compiler said, many lines.
    private final String log;

    CudaCompileException(String architecture, String error, String log) {
        super("NVRTC must compile attention.cu: architecture=" + architecture + ", " + error + ", "
                + log.lines().findFirst().orElse("no log") + "; use NVRTC of CUDA 11.2 or later");
        this.log = log;
    }

    /// What the compiler said.
    public String log() {
        return log;
    }
}
