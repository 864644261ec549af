package heed.blas;

import heed.attention.Availability;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.ReplaceableGemm;
import heed.attention.Tensor;
import heed.kernels.work.Workers;
import java.nio.file.Path;

/// Matrix products by a BLAS library.
final class BlasGemm implements ReplaceableGemm {
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
    public BlasGemm replacedBy(Path library) {
        BlasGemm next = new BlasGemm(LibraryExam.ofProcess().replacement(library), workers);
        next.hold.open();
        return next;
    }

    @Override
    public void retire(GemmBackend successor) {
        hold.retire(successor);
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
