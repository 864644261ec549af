package heed.conformance;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.GradientPlan;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.SelfCheck;
import heed.attention.Support;
import java.util.List;

/// A backend whose every run is self-checked, and ends by an exception on an alarm: with it the whole contract is a
/// test of the check, since a backend that keeps the contract must never raise one.
///
/// @param backend whose runs
/// @param check of what share
public record SelfChecked(AttentionBackend backend, SelfCheck check) implements AttentionBackend {
    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public int rank() {
        return backend.rank();
    }

    @Override
    public Availability availability() {
        return backend.availability();
    }

    @Override
    public Support support(AttentionSpec spec) {
        return backend.support(spec);
    }

    @Override
    public KeyLayout preferredKeyLayout(AttentionSpec spec) {
        return backend.preferredKeyLayout(spec);
    }

    @Override
    public double unitRoundoff(AttentionSpec spec) {
        return backend.unitRoundoff(spec);
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        PlanOptions own = options.withBackend(name()).withSelfCheck(check.withPolicy(SelfCheck.Policy.THROW));
        return Attention.of(List.of(backend)).plan(spec, sizes, own);
    }

    @Override
    public Support gradientSupport(AttentionSpec spec) {
        return backend.gradientSupport(spec);
    }

    @Override
    public GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return backend.planGradient(spec, sizes, options);
    }
}
