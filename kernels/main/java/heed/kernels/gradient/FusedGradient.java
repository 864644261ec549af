package heed.kernels.gradient;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedGradientPlan;
import heed.attention.GradientCall;
import heed.attention.PlanOptions;
import heed.kernels.fused.SizeLimits;
import heed.kernels.score.ScoreSteps;
import heed.kernels.tile.Specialised;
import heed.kernels.work.TaskLoop;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The gradient plan of the vector backend, in f32: a task is a kv head of a sequence.
///
/// Memory, of each thread: its keys and values and their gradients, linear in length, and a tile.
public final class FusedGradient extends CheckedGradientPlan {
    private final TaskLoop loop;
    private final ScoreSteps steps;
    private final GradientTile[] tiles;
    private final SlotKeys[] keys;
    private final double[][] sinks;
    private final TaskLoop.Tasks task = this::slot;
    private @Nullable GradientCall call;

    /// Allocates everything.
    public FusedGradient(
            String backend,
            AttentionSpec spec,
            AttentionSizes sizes,
            PlanOptions options,
            Executor pool,
            Specialised specialised) {
        super(backend, spec, SizeLimits.check(spec, sizes));
        int slots = Math.multiplyExact(sizes.batch(), spec.kvHeads());
        loop = new TaskLoop(
                Math.clamp(slots, 1, options.threads()), options.executor().orElse(pool));
        steps = new ScoreSteps(spec);
        tiles = new GradientTile[loop.threads()];
        keys = new SlotKeys[loop.threads()];
        GradientKernels kernels = GradientKernels.of(specialised, spec.headDim(), spec.valueDim());
        Arrays.setAll(tiles, n -> new GradientTile(spec, steps, kernels));
        Arrays.setAll(keys, n -> new SlotKeys(spec, sizes.kvLen()));
        sinks = new double[slots][spec.groupSize()];
    }

    @Override
    public long workspaceBytes() {
        return tiles.length * (tiles[0].bytes() + keys[0].bytes());
    }

    @Override
    protected void execute(GradientCall bound) {
        steps.check(bound.forward());
        call = bound;
        try {
            // pairs of every head add to one element of a broadcast bias: in one order, by one thread
            int threads = bound.wantsBias() ? 1 : bound.threads();
            loop.run(bound.forward().batch() * spec().kvHeads(), threads, task);
            addSinks(bound);
        } finally {
            call = null;
        }
    }

    private void slot(int slot, int worker) {
        GradientCall bound = Objects.requireNonNull(call);
        AttentionCall forward = bound.forward();
        int b = slot / spec().kvHeads();
        int kvHead = slot % spec().kvHeads();
        Arrays.fill(sinks[slot], 0);
        keys[worker].load(forward, b, kvHead);
        int rows = forward.queryLen(b) * spec().groupSize();
        for (int first = 0; first < rows; first += GradientTile.ROWS) {
            tiles[worker].run(bound, b, kvHead, first, keys[worker], sinks[slot]);
        }
        keys[worker].store(bound, b, kvHead, (float) spec().softmaxScale());
    }

    private void addSinks(GradientCall bound) {
        if (!bound.wantsSink()) {
            return;
        }
        for (int h = 0; h < spec().queryHeads(); h++) {
            double total = 0;
            for (int b = 0; b < bound.forward().batch(); b++) {
                total += sinks[b * spec().kvHeads() + h / spec().groupSize()][h % spec().groupSize()];
            }
            bound.addSink(h, total);
        }
    }
}
