package heed.attention;

import java.util.Map;

/// A way to compute attention, found by `ServiceLoader` and chosen by [Attention].
///
/// A backend is a jar: a class that implements this, declared by `provides` in its module and in
/// `META-INF/services`. Plans are best made by extending [CheckedPlan], which refuses wrong arguments before the
/// backend sees them; the contract in `heed.conformance` tests the rest.
public interface AttentionBackend {
    /// The name users choose it by, in lower case; `name@version` where there is one for each of several libraries.
    String name();

    /// Whether `asked` means this backend: its name, with or without the version.
    default boolean isCalled(String asked) {
        return BackendNames.isMeant(name(), asked);
    }

    /// Preference among those that can: the highest wins. `reference` is 0.
    int rank();

    /// Whether it can run here. Cheap, and never throws.
    Availability availability();

    /// Whether it needs hardware that most machines lack. That it is unavailable is then told to who asks, and not
    /// warned of by every session.
    default boolean needsDevice() {
        return false;
    }

    /// What else there is to tell of it, a value under each name, for a list of backends: `configuration`, `core`
    /// and `integerBits` of a BLAS library.
    default Map<String, String> details() {
        return Map.of();
    }

    /// Whether it computes `spec`, given that it is available.
    Support support(AttentionSpec spec);

    /// What a weight is rounded by at most before it multiplies its value, relative to the weight, beyond the roundoff
    /// of f32: an output of `spec` may err by this times `max|V|` on top of what every backend promises.
    default double weightRounding(AttentionSpec spec) {
        return 0;
    }

    /// The layout in which a cache of ours should keep the keys of `spec` for the fastest decode; [#support] says
    /// yes to it wherever it says yes to `spec`.
    default KeyLayout preferredKeyLayout(AttentionSpec spec) {
        return KeyLayout.rows();
    }

    /// Half the distance of numbers about 1 in the arithmetic of scores, weights and sums: what a [SelfCheck]
    /// allows follows from it. f32 but for queries of f64, or what [#weightRounding] says if that is more; a
    /// backend that rounds other operands further says so here.
    default double unitRoundoff(AttentionSpec spec) {
        return Math.max(weightRounding(spec), spec.queryType() == ElementType.F64 ? 0x1p-53 : 0x1p-24);
    }

    /// Prepares runs of `spec` up to `sizes`: everything that is ever allocated is allocated here.
    ///
    /// @throws UnsupportedSpecException if [#support] says no
    /// @throws BackendUnavailableException if [#availability] says no
    AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options);

    /// Whether it computes the gradient of `spec`.
    default Support gradientSupport(AttentionSpec spec) {
        return new Support.Check()
                .require(false, "gradient", "requested", "forward only")
                .result();
    }

    /// Prepares gradients of `spec` up to `sizes`.
    ///
    /// @throws UnsupportedSpecException if [#gradientSupport] says no
    default GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        throw new UnsupportedSpecException(name(), gradientSupport(spec));
    }
}
