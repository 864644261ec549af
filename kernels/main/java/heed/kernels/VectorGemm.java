package heed.kernels;

import heed.attention.Availability;
import heed.attention.ElementType;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.gemm.PackedGemmF32;
import heed.kernels.gemm.PackedGemmF64;
import heed.kernels.machine.PlanGate;
import heed.kernels.machine.VectorMachine;
import heed.kernels.work.Workers;

/// Matrix products on the register tiles of attention, the fixed matrix packed once.
public final class VectorGemm implements GemmBackend {
    private final Workers workers =
            new Workers("heed-vector-gemm", Runtime.getRuntime().availableProcessors() - 1);

    private final PlanGate gate = new PlanGate("vector");

    /// Called by `ServiceLoader`.
    public VectorGemm() {}

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
    public GemmPlan plan(Tensor b, int maxRows, PlanOptions options) {
        gate.pass(availability());
        return b.type() == ElementType.F64
                ? new PackedGemmF64(b, maxRows, options, workers)
                : new PackedGemmF32(b, maxRows, options, workers);
    }
}
