package heed.kernels;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.BackendUnavailableException;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import heed.kernels.fused.FusedPlan;
import heed.kernels.fused.FusedSupport;
import heed.kernels.work.Workers;

/// Fused attention on the CPU's SIMD lanes, by the Vector API.
public final class VectorBackend implements AttentionBackend {
    private final Workers workers =
            new Workers("heed-vector", Runtime.getRuntime().availableProcessors() - 1);

    /// Called by `ServiceLoader`.
    public VectorBackend() {}

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public Availability availability() {
        return VectorMachine.availability();
    }

    @Override
    public Support support(AttentionSpec spec) {
        return FusedSupport.of(spec);
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        if (availability() instanceof Availability.Unavailable why) {
            throw new BackendUnavailableException(name(), why);
        }
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return new FusedPlan(name(), spec, sizes, options, workers, PanelProducts::new);
    }
}
