import heed.attention.AttentionBackend;
import heed.attention.GemmBackend;
import heed.blas.OneDnnBackend;
import heed.blas.OpenBlasBackend;
import heed.blas.OpenBlasGemm;
import heed.blas.cuda.CudaBackend;

/// BLAS from C, called through the Foreign Function & Memory API: OpenBLAS, bundled or of the user's choice; and
/// oneDNN for products of bf16.
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
            OpenBlasBackend,
            CudaBackend,
            OneDnnBackend;
    provides GemmBackend with
            OpenBlasGemm;
}
