package heed.blas.cuda;

import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Availability;
import heed.attention.PlanOptions;
import heed.attention.Support;
import heed.attention.UnsupportedSpecException;
import java.util.Optional;

/// Attention on an NVIDIA GPU: products by cuBLAS, everything between them by kernels of ours (`attention.cu`),
/// which NVRTC compiles at first use.
///
/// Queries, keys and values come from the caller's memory and go to the device with each run, except those that
/// lie in a [CudaArena]. So its rank is below the CPU's backends: over keys in host memory a decode step moves
/// as many bytes over the bus as the CPU reads to compute it. Ask for it by name where keys are resident or
/// prefill is long.
///
/// The threads of a plan's options do nothing here: a run is the calling thread's and the GPU's.
public final class CudaBackend implements AttentionBackend {
    static final String NAME = "cuda";

    /// The machine of a test; else that of this process, looked for when first asked.
    private final Optional<CudaMachine> given;

    /// Called by `ServiceLoader`.
    public CudaBackend() {
        given = Optional.empty();
    }

    CudaBackend(CudaMachine machine) {
        given = Optional.of(machine);
    }

    private CudaMachine machine() {
        return given.orElseGet(CudaMachine::ofProcess);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 40;
    }

    @Override
    public boolean needsDevice() {
        return true;
    }

    @Override
    public Availability availability() {
        return machine().availability();
    }

    @Override
    public Support support(AttentionSpec spec) {
        return CudaSupport.of(spec);
    }

    /// Scores of f32 are rounded, too, where `heed.cuda.precision` is `fast`: no number for all inputs says what
    /// that does to an output, [Precision] says what it does to a score.
    @Override
    public double weightRounding(AttentionSpec spec) {
        return DeviceType.of(spec.queryType())
                .map(type -> machine().precision().rounding(type))
                .orElse(0.0);
    }

    /// A sixteenth: a self-check allows a sum of products, scores as outputs, 17 roundings and more of the sum of
    /// their magnitudes, and operands that are rounded once cost it one.
    @Override
    public double unitRoundoff(AttentionSpec spec) {
        double rounding = weightRounding(spec);
        return rounding == 0 ? AttentionBackend.super.unitRoundoff(spec) : rounding / 16;
    }

    @Override
    public AttentionPlan plan(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        CudaDevice device = machine().device();
        if (support(spec) instanceof Support.Unsupported unsupported) {
            throw new UnsupportedSpecException(name(), unsupported);
        }
        return new CudaPlan(device, spec, sizes, options);
    }
}
