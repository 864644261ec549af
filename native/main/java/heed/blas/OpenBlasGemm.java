package heed.blas;

import heed.attention.Availability;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.work.Workers;

/// Matrix products by OpenBLAS.
public final class OpenBlasGemm implements GemmBackend {
    private final Workers workers =
            new Workers("heed-openblas-gemm", Runtime.getRuntime().availableProcessors() - 1);

    /// Called by `ServiceLoader`.
    public OpenBlasGemm() {}

    @Override
    public String name() {
        return "openblas";
    }

    @Override
    public int rank() {
        return 50;
    }

    @Override
    public Availability availability() {
        return OpenBlas.availability();
    }

    @Override
    public GemmPlan plan(Tensor b, int maxRows, PlanOptions options) {
        return new OpenBlasGemmPlan(OpenBlas.cblas(), b, maxRows, options, workers);
    }
}
