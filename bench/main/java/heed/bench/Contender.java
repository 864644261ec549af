package heed.bench;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.Gemm;
import heed.attention.GemmBackend;

/// What is compared, by the names that users choose backends by.
///
/// A contender that is unavailable ends its benchmark with the backend's reason; it is never replaced.
public enum Contender {
    /// Double, plain loops: the yardstick of results, slow at any size.
    reference,

    /// The Vector API.
    vector,

    /// OpenBLAS under the same fused loops: the first that can run.
    openblas;

    /// Its attention.
    public AttentionBackend attention() {
        return Attention.load().backend(name());
    }

    /// Its matrix products.
    public GemmBackend gemm() {
        return Gemm.load().backend(name());
    }
}
