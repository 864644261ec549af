import heed.attention.AttentionBackend;
import heed.attention.GemmBackend;
import heed.kernels.VectorBackend;
import heed.kernels.VectorGemm;

/// Attention by the Vector API: the `vector` backend, and the online softmax that other host backends share.
@org.jspecify.annotations.NullMarked
module heed.kernels {
    requires heed.attention;
    requires jdk.incubator.vector;
    requires static jdk.management;
    requires static org.jspecify;

    exports heed.kernels.fused to
            heed.blas;
    exports heed.kernels.machine to
            heed.blas;
    exports heed.kernels.tile to
            heed.blas;
    exports heed.kernels.work to
            heed.blas;

    provides AttentionBackend with
            VectorBackend;
    provides GemmBackend with
            VectorGemm;
}
