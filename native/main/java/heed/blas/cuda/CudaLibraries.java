package heed.blas.cuda;

/// NVIDIA's libraries as this process found them: opened, or missing with the reasons.
sealed interface CudaLibraries {
    /// @param path where cuBLAS was found: its file, or the name that the system's loader knew
    record Opened(CudaDriver driver, Cublas cublas, Nvrtc nvrtc, String path) implements CudaLibraries {}

    /// @param reason what is missing, each library of it
    /// @param hint what to do about it
    record Missing(String reason, String hint) implements CudaLibraries {}
}
