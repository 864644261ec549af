package heed.blas;

import heed.attention.AttentionBackend;
import heed.attention.BackendSource;
import heed.attention.GemmBackend;
import heed.blas.BlasLibrary.Missing;
import java.util.List;

/// A backend for each BLAS library that this process finds, called `openblas@0.3.31`, `blis@0.9.0` and so on.
///
/// The libraries are found once. Each source opens those that are used by itself, and the system counts: a
/// library that one session exchanges stays open for another that has plans on it.
public final class BlasSource implements BackendSource {
    /// Called by `ServiceLoader`.
    public BlasSource() {}

    private static final class Found {
        static final List<BlasLibrary> LIBRARIES = find();

        private static List<BlasLibrary> find() {
            return NativeAccess.denial()
                    .<List<BlasLibrary>>map(denied -> List.of(new Missing("openblas", denied.reason(), denied.hint())))
                    .orElseGet(() -> BlasSearch.ofProcess().all());
        }
    }

    @Override
    public List<AttentionBackend> attention() {
        return Found.LIBRARIES.stream().<AttentionBackend>map(BlasBackend::new).toList();
    }

    @Override
    public List<GemmBackend> gemm() {
        return Found.LIBRARIES.stream().<GemmBackend>map(BlasGemm::new).toList();
    }
}
