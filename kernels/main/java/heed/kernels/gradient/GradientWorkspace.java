package heed.kernels.gradient;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientCall;
import heed.attention.PlanOptions;
import heed.attention.PooledPlan;
import heed.kernels.score.ScoreSteps;
import heed.kernels.tile.Specialised;
import heed.kernels.work.TaskLoop;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The memory of one gradient run: a task is a kv head of a sequence, whose keys and values one thread holds with
/// their gradients. It is linear in length for each thread.
final class GradientWorkspace implements PooledPlan.Workspace {
    private final AttentionSpec spec;
    private final TaskLoop loop;
    private final ScoreSteps steps;
    private final SlotGradient[] workers;
    private final double[][] sinks;
    private final TaskLoop.Tasks task = this::slot;
    private @Nullable GradientCall call;

    /// Allocates everything: for f64 queries what computes in f64, else in f32.
    GradientWorkspace(
            AttentionSpec spec, AttentionSizes sizes, PlanOptions options, Executor executor, Specialised specialised) {
        this.spec = spec;
        int slots = Math.multiplyExact(sizes.batch(), spec.kvHeads());
        loop = new TaskLoop(Math.clamp(slots, 1, options.threads()), executor);
        steps = new ScoreSteps(spec);
        workers = new SlotGradient[loop.threads()];
        Supplier<SlotGradient> worker = worker(sizes, specialised);
        Arrays.setAll(workers, n -> worker.get());
        sinks = new double[slots][spec.groupSize()];
    }

    private Supplier<SlotGradient> worker(AttentionSizes sizes, Specialised specialised) {
        if (spec.queryType() == ElementType.F64) {
            return () -> new ExactSlot(spec, sizes.kvLen());
        }
        GradientKernels kernels = GradientKernels.of(specialised, spec.headDim(), spec.valueDim());
        return () -> new FusedSlot(spec, sizes.kvLen(), steps, kernels);
    }

    @Override
    public long bytes() {
        return workers.length * workers[0].bytes() + (long) Double.BYTES * sinks.length * spec.groupSize();
    }

    @Override
    public void close() {}

    void run(GradientCall bound) {
        steps.check(bound.forward());
        call = bound;
        try {
            // pairs of every head add to one element of a broadcast bias: in one order, by one thread
            int threads = bound.wantsBias() ? 1 : bound.threads();
            loop.run(bound.forward().batch() * spec.kvHeads(), threads, task);
            addSinks(bound);
        } finally {
            call = null;
        }
    }

    private void slot(int slot, int worker) {
        Arrays.fill(sinks[slot], 0);
        int kvHeads = spec.kvHeads();
        workers[worker].run(Objects.requireNonNull(call), slot / kvHeads, slot % kvHeads, sinks[slot]);
    }

    /// Sequence by sequence, so that sums do not depend on threads.
    private void addSinks(GradientCall bound) {
        if (!bound.wantsSink()) {
            return;
        }
        AttentionCall forward = bound.forward();
        int group = spec.groupSize();
        for (int h = 0; h < spec.queryHeads(); h++) {
            double total = 0;
            for (int b = 0; b < forward.batch(); b++) {
                total += sinks[b * spec.kvHeads() + h / group][h % group];
            }
            bound.addSink(h, total);
        }
    }
}
