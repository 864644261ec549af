package heed.bench;

import heed.attention.AttentionBackend;
import heed.attention.GemmBackend;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.stream.Stream;

/// What is compared, by the names that users choose backends by.
///
/// A contender that is unavailable ends its benchmark with the backend's reason; it is never replaced.
public enum Contender {
    /// Double, plain loops: the yardstick of results, slow at any size.
    reference,

    /// The Vector API.
    vector,

    /// OpenBLAS under the same fused loops.
    openblas;

    /// Its attention.
    public AttentionBackend attention() {
        return named(ServiceLoader.load(AttentionBackend.class).stream()
                .map(Provider::get)
                .filter(backend -> backend.name().equals(name())));
    }

    /// Its matrix products.
    public GemmBackend gemm() {
        return named(ServiceLoader.load(GemmBackend.class).stream()
                .map(Provider::get)
                .filter(backend -> backend.name().equals(name())));
    }

    private <B> B named(Stream<B> backends) {
        return backends.findFirst()
                .orElseThrow(() -> new IllegalStateException("no jar on the class path provides " + name()));
    }
}
