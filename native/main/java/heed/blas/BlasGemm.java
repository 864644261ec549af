package heed.blas;

import heed.attention.Availability;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.work.Workers;

/// Matrix products by a BLAS library.
final class BlasGemm implements GemmBackend {
    private final String name;
    private final Hold<GemmBackend> hold;
    private final Workers workers;

    BlasGemm(BlasLibrary library) {
        this(library, new Workers("heed-blas-gemm", Runtime.getRuntime().availableProcessors() - 1));
    }

    private BlasGemm(BlasLibrary library, Workers workers) {
        name = library.name();
        hold = new Hold<>(library);
        this.workers = workers;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int rank() {
        return 50;
    }

    @Override
    public Availability availability() {
        return hold.availability();
    }

    @Override
    public GemmPlan plan(Tensor b, int maxRows, PlanOptions options) {
        return hold.plan(
                library -> new BlasGemmPlan(library, b, maxRows, options, workers),
                next -> next.plan(b, maxRows, options));
    }
}
