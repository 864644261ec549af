package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import heed.kernels.work.TaskLoop;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The memory of one run: packed keys and values, and a scratch for each thread.
final class FusedWorkspace implements CheckedPlan.Workspace {
    private final AttentionSpec spec;
    private final TileShape shape;
    private final TileProducts products;
    private final FusedAttention attention;
    private final TaskLoop loop;
    private final TileScratch[] scratch;
    private final TaskLoop.Tasks packTask = this::pack;
    private final TaskLoop.Tasks tileTask = this::tile;
    private final int tiles;
    private @Nullable AttentionCall call;

    FusedWorkspace(
            AttentionSpec spec,
            AttentionSizes sizes,
            PlanOptions options,
            Executor executor,
            FusedPlan.ProductsFactory factory) {
        this.spec = spec;
        shape = TileShape.of(spec, sizes);
        int slots = Math.multiplyExact(sizes.batch(), spec.kvHeads());
        tiles = tiles(sizes.queryLen());
        loop = new TaskLoop(threads(options, slots), executor);
        scratch = new TileScratch[loop.threads()];
        for (int n = 0; n < scratch.length; n++) {
            scratch[n] = new TileScratch(shape);
        }
        products = factory.create(shape, slots, loop.threads()); // last: it may hold memory that no collector frees
        attention = new FusedAttention(shape, products, slots);
    }

    /// No more threads than there can be tasks.
    private int threads(PlanOptions options, int slots) {
        long tasks = (long) slots * Math.max(tiles, shape.blocks());
        return Math.clamp(tasks, 1, options.threads());
    }

    private int tiles(int queryLen) {
        long rows = (long) queryLen * spec.groupSize();
        return Math.toIntExact((rows + shape.rows() - 1) / shape.rows());
    }

    void run(AttentionCall bound) {
        call = bound;
        try {
            int slots = bound.batch() * spec.kvHeads();
            int threads = bound.isShared() ? loop.threads() : 1;
            loop.run(Math.multiplyExact(slots, shape.blocks()), threads, packTask);
            loop.run(Math.multiplyExact(slots, tiles), threads, tileTask);
        } finally {
            call = null;
        }
    }

    private AttentionCall call() {
        return java.util.Objects.requireNonNull(call);
    }

    private void pack(int task, int worker) {
        int slot = task / shape.blocks();
        int block = task % shape.blocks();
        int b = slot / spec.kvHeads();
        if (block * TileShape.KEYS < call().kvLen(b)) {
            attention.pack(call(), b, slot % spec.kvHeads(), slot, block, scratch[worker]);
        }
    }

    /// Tiles are taken last first: under a causal mask the last is the longest.
    private void tile(int task, int worker) {
        int slots = call().batch() * spec.kvHeads();
        int tile = tiles - 1 - task / slots;
        int slot = task % slots;
        int b = slot / spec.kvHeads();
        int firstRow = tile * shape.rows();
        if (firstRow < call().queryLen(b) * spec.groupSize()) {
            attention.attend(call(), b, slot % spec.kvHeads(), slot, firstRow, worker, scratch[worker]);
        }
    }

    @Override
    public long bytes() {
        long bytes = products.bytes();
        for (TileScratch each : scratch) {
            bytes += each.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        products.close();
    }
}
