package heed.kernels.exact;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.PlanOptions;
import heed.kernels.work.TaskLoop;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The memory of one run in f64: a tile for each thread.
final class ExactWorkspace implements CheckedPlan.Workspace {
    private final AttentionSpec spec;
    private final TaskLoop loop;
    private final ExactTile[] tiles;
    private final int tilesPerHead;
    private final TaskLoop.Tasks task = this::attend;
    private @Nullable AttentionCall call;

    ExactWorkspace(AttentionSpec spec, AttentionSizes sizes, PlanOptions options, Executor executor) {
        this.spec = spec;
        long rows = (long) sizes.queryLen() * spec.groupSize();
        tilesPerHead = Math.toIntExact((rows + ExactTile.ROWS - 1) / ExactTile.ROWS);
        long tasks = (long) sizes.batch() * spec.kvHeads() * tilesPerHead;
        loop = new TaskLoop(Math.clamp(tasks, 1, options.threads()), executor);
        tiles = new ExactTile[loop.threads()];
        for (int n = 0; n < tiles.length; n++) {
            tiles[n] = new ExactTile(spec);
        }
    }

    void run(AttentionCall bound) {
        call = bound;
        try {
            int slots = Math.multiplyExact(bound.batch(), spec.kvHeads());
            loop.run(Math.multiplyExact(slots, tilesPerHead), bound.threads(), task);
        } finally {
            call = null;
        }
    }

    private void attend(int number, int worker) {
        AttentionCall bound = Objects.requireNonNull(call);
        int slot = number / tilesPerHead;
        int b = slot / spec.kvHeads();
        int firstRow = number % tilesPerHead * ExactTile.ROWS;
        bound.checkCancelled();
        if (firstRow < bound.queryLen(b) * spec.groupSize()) {
            tiles[worker].attend(bound, b, slot % spec.kvHeads(), firstRow);
        }
    }

    @Override
    public long bytes() {
        return tiles.length * tiles[0].bytes();
    }

    @Override
    public void close() {}
}
