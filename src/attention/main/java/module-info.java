import heed.attention.AttentionBackend;
import heed.attention.BackendSource;
import heed.attention.GemmBackend;
import heed.attention.reference.ReferenceBackend;
import heed.attention.reference.ReferenceGemm;

/// The attention interface: specification, tensors, plans, backends and the reference they are measured against.
@org.jspecify.annotations.NullMarked
module heed.attention {
    requires jdk.jfr;
    requires static org.jspecify;

    exports heed.attention;
    exports heed.attention.file;

    uses AttentionBackend;
    uses BackendSource;
    uses GemmBackend;

    provides AttentionBackend with
            ReferenceBackend;
    provides GemmBackend with
            ReferenceGemm;
}
