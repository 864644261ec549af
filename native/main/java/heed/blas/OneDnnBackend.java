package heed.blas;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Determinism;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import heed.kernels.fused.FusedPlan;
import heed.kernels.fused.FusedSupport;
import heed.kernels.machine.PlanGate;
import heed.kernels.machine.VectorMachine;
import heed.kernels.work.Workers;

/// Attention of bf16 with its two products in bf16 by oneDNN, summed in f32, and everything else as in the vector
/// backend.
///
/// Half as fast again as f32 where the processor multiplies pairs of bf16, and less exact: weights are rounded to bf16
/// before they meet the values, which [#weightRounding] tells. So it ranks below `vector`, which computes the same in
/// f32, and is used where it is asked for.
///
/// A query of f32 is not taken: rounded to bf16, its scores would err without a bound.
public final class OneDnnBackend implements AttentionBackend {
    /// A unit of bf16's roundoff: half of the distance of its numbers, relative to the lower.
    private static final double BF16_ROUNDOFF = 0x1p-8;

    private final Workers workers =
            new Workers("heed-onednn", Runtime.getRuntime().availableProcessors() - 1);

    private final PlanGate gate = new PlanGate(OneDnn.NAME);

    /// Called by `ServiceLoader`.
    public OneDnnBackend() {}

    @Override
    public String name() {
        return OneDnn.NAME;
    }

    @Override
    public int rank() {
        return 40;
    }

    /// AVX-512 BF16.
    @Override
    public boolean needsDevice() {
        return true;
    }

    @Override
    public Availability availability() {
        return switch (OneDnn.availability()) {
            case Availability.Unavailable missing -> missing;
            case Availability.Available library -> with(library, VectorMachine.availability());
        };
    }

    /// The softmax between the products is the Vector API's: what it lacks is lacking here.
    private static Availability with(Availability.Available library, Availability vectors) {
        return switch (vectors) {
            case Availability.Unavailable unavailable -> unavailable;
            case Availability.Available available ->
                new Availability.Available(
                        library.library(),
                        library.version(),
                        library.path(),
                        library.vectorBits(),
                        library.threads(),
                        available.caution());
        };
    }

    @Override
    public Support support(AttentionSpec spec) {
        return FusedSupport.storing(spec, ElementType.BF16) instanceof Support.Unsupported unsupported
                ? unsupported
                : new Support.Check()
                        // how a product splits its sums is the library's own, and may depend on its sizes
                        .require(
                                spec.determinism() == Determinism.DEFAULT, "determinism", spec.determinism(), "DEFAULT")
                        .result();
    }

    @Override
    public double weightRounding(AttentionSpec spec) {
        return BF16_ROUNDOFF;
    }

    /// A sixteenth: a self-check allows a row's output 17 roundings and more, of `Σ p |v| + |o|`, and rounded weights
    /// cost it one. With the whole it would take scores for so inexact that it could judge hardly a row.
    @Override
    public double unitRoundoff(AttentionSpec spec) {
        return BF16_ROUNDOFF / 16;
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        Dnnl dnnl = OneDnn.dnnl();
        gate.pass(availability());
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return new FusedPlan(name(), spec, sizes, options, workers, new OneDnnFactory(dnnl));
    }
}
