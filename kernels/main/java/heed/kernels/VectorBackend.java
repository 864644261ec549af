package heed.kernels;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.CheckedGradientPlan;
import heed.attention.ElementType;
import heed.attention.GradientPlan;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import heed.kernels.exact.ExactPlan;
import heed.kernels.fused.FusedPlan;
import heed.kernels.fused.FusedSupport;
import heed.kernels.gradient.VectorGradientPlan;
import heed.kernels.machine.PlanGate;
import heed.kernels.machine.VectorMachine;
import heed.kernels.tile.DecodeKernels;
import heed.kernels.tile.Specialised;
import heed.kernels.work.Workers;

/// Fused attention on the CPU's SIMD lanes, by the Vector API.
public final class VectorBackend implements AttentionBackend {
    private final Workers workers =
            new Workers("heed-vector", Runtime.getRuntime().availableProcessors() - 1);
    private final Specialised specialised = new Specialised();

    private final PlanGate gate = new PlanGate("vector");

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
        return isExact(spec)
                ? FusedSupport.of(spec, ElementType.F64)
                : FusedSupport.converting(spec, DecodeKernels.KEYS);
    }

    /// Panels as wide as the decode kernel's tile, where it reads them as they are.
    @Override
    public KeyLayout preferredKeyLayout(AttentionSpec spec) {
        KeyLayout panels = KeyLayout.panels(DecodeKernels.KEYS);
        boolean reads = !isExact(spec)
                && VectorFactory.readsDirectly(
                        spec.toBuilder().keyLayout(panels).build());
        return reads ? panels : KeyLayout.rows();
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        gate.pass(availability());
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return isExact(spec)
                ? new ExactPlan(name(), spec, sizes, options, workers)
                : new FusedPlan(name(), spec, sizes, options, workers, new VectorFactory(specialised));
    }

    @Override
    public Support gradientSupport(AttentionSpec spec) {
        if (support(spec) instanceof Support.Unsupported unsupported) {
            return unsupported;
        }
        return CheckedGradientPlan.support(spec).result();
    }

    @Override
    public GradientPlan planGradient(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        gate.pass(availability());
        if (gradientSupport(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return new VectorGradientPlan(name(), spec, sizes, options, workers, specialised);
    }

    private static boolean isExact(AttentionSpec spec) {
        return spec.queryType() == ElementType.F64;
    }
}
