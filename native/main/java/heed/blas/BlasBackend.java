package heed.blas;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.Determinism;
import heed.attention.ElementType;
import heed.attention.PlanOptions;
import heed.attention.ReplaceableBackend;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import heed.kernels.fused.FusedPlan;
import heed.kernels.fused.FusedSupport;
import heed.kernels.machine.PlanGate;
import heed.kernels.machine.VectorMachine;
import heed.kernels.work.Workers;
import java.nio.file.Path;
import java.util.Map;

/// Attention with its two products by a BLAS library, tile by tile, and everything else as in the vector backend.
final class BlasBackend implements ReplaceableBackend {
    private final String name;
    private final Hold<AttentionBackend> hold;
    private final Workers workers;
    private final PlanGate gate;

    BlasBackend(BlasLibrary library) {
        this(library, new Workers("heed-blas", Runtime.getRuntime().availableProcessors() - 1));
    }

    private BlasBackend(BlasLibrary library, Workers workers) {
        name = library.name();
        hold = new Hold<>(library);
        this.workers = workers;
        gate = new PlanGate(name);
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
    public BlasBackend replacedBy(Path library) {
        BlasBackend next = new BlasBackend(LibraryExam.ofProcess().replacement(library), workers);
        next.hold.open();
        return next;
    }

    @Override
    public void retire(AttentionBackend successor) {
        hold.retire(successor);
    }

    @Override
    public Availability availability() {
        return switch (hold.availability()) {
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
                        available.caution().or(library::caution));
        };
    }

    @Override
    public Map<String, String> details() {
        return hold.details();
    }

    @Override
    public Support support(AttentionSpec spec) {
        return FusedSupport.of(spec, ElementType.F32) instanceof Support.Unsupported unsupported
                ? unsupported
                : new Support.Check()
                        // sgemm picks its kernel by the number of rows, and with it the order of the sums
                        .require(
                                spec.determinism() == Determinism.DEFAULT, "determinism", spec.determinism(), "DEFAULT")
                        .result();
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return hold.plan(library -> own(library, spec, sizes, options), next -> next.plan(spec, sizes, options));
    }

    private AttentionPlan own(
            LeasedLibrary.Lease library, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        gate.pass(availability());
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name, unsupported);
        }
        return new FusedPlan(name, spec, sizes, options, workers, new BlasFactory(library));
    }
}
