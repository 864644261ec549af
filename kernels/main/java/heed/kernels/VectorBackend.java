package heed.kernels;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import heed.kernels.exact.ExactPlan;
import heed.kernels.fused.FusedPlan;
import heed.kernels.fused.FusedSupport;
import heed.kernels.fused.TileProducts;
import heed.kernels.fused.TileShape;
import heed.kernels.tile.ScoreLoop;
import heed.kernels.tile.ScorePanels;
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
        return FusedSupport.of(spec, isExact(spec) ? ElementType.F64 : ElementType.F32);
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        gate.pass(availability());
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return isExact(spec)
                ? new ExactPlan(name(), spec, sizes, options, workers)
                : new FusedPlan(name(), spec, sizes, options, workers, this::products);
    }

    /// Full blocks are worth a specialised copy; shorter ones, of any size, run the general class, with the same bits.
    private TileProducts products(TileShape shape, int slots, int threads) {
        ScorePanels scores = shape.blockKeys() == TileShape.KEYS
                ? specialised.scores(shape.headDim(), shape.blockKeys())
                : new ScoreLoop();
        return new PanelProducts(shape, scores, slots, threads);
    }

    private static boolean isExact(AttentionSpec spec) {
        return spec.queryType() == ElementType.F64;
    }
}
