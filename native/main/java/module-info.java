import heed.attention.AttentionBackend;
import heed.attention.BackendSource;
import heed.blas.BlasSource;
import heed.blas.OneDnnBackend;
import heed.blas.cuda.CudaBackend;

/// Native libraries, called through the Foreign Function & Memory API: BLAS, a bundled OpenBLAS, the system's
/// libraries and the user's; oneDNN for products of bf16; CUDA.
@org.jspecify.annotations.NullMarked
module heed.blas {
    requires transitive heed.attention;
    requires heed.kernels;
    requires heed.onednn;
    requires heed.openblas;
    requires jdk.jfr;
    requires static org.jspecify;

    exports heed.blas;
    exports heed.blas.cuda;

    provides AttentionBackend with
            CudaBackend,
            OneDnnBackend;
    provides BackendSource with
            BlasSource;
}
