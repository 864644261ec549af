package heed.attention;

/// A way to multiply matrices, for the dense layers around attention; found by `ServiceLoader`.
///
/// The right-hand matrix is fixed when planning, since a layer's weights outlive many runs: a backend packs it once.
public interface GemmBackend {
    /// The name users choose it by: the same as that of its attention backend.
    String name();

    /// Preference among those that can: the highest wins.
    int rank();

    /// Whether it can run here. Cheap, and never throws.
    Availability availability();

    /// Prepares products `c = alpha · a · b + beta · c`.
    ///
    /// @param b `[k, n]`, f32 or f64, any strides. The plan may read it in place until closed: it must stay
    ///        alive and unchanged
    /// @param maxRows the most rows that `a` will have
    /// @param options threads and executor; the choice of a backend is not looked at
    /// @throws IllegalArgumentException if `b` is no matrix of f32 or f64
    GemmPlan plan(Tensor b, int maxRows, PlanOptions options);
}
