package heed.attention.reference;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.CheckedGradientPlan;
import heed.attention.GradientPlan;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import java.util.Optional;
import java.util.OptionalInt;

/// The specification as a backend: double arithmetic, one thread, the obvious loops. Never optimised; a change to
/// [ReferencePlan] is a change of what attention means here.
public final class ReferenceBackend implements AttentionBackend {
    /// Called by `ServiceLoader`.
    public ReferenceBackend() {}

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public Availability availability() {
        return new Availability.Available("Heed", "double, plain loops", Optional.empty(), OptionalInt.empty(), 1);
    }

    @Override
    public Support support(AttentionSpec spec) {
        return new Support.Supported();
    }

    @Override
    public Support gradientSupport(AttentionSpec spec) {
        return CheckedGradientPlan.support(spec).result();
    }

    @Override
    public GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        if (gradientSupport(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return new ReferenceGradientPlan(name(), spec, sizes, options);
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return new ReferencePlan(name(), spec, sizes, options);
    }
}
