package heed.kernels.gemm;

import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.CheckedGemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.tile.Index;
import heed.kernels.work.TaskLoop;
import java.util.concurrent.Executor;

/// The loops around a register tile: B packed in panels when planning, A read six rows at a time.
///
/// A task is one block of rows times one run of panels; its six rows of A stay in the first-level cache while the
/// panels pass by. Sizes of blocks follow from the shape alone.
abstract class PackedGemm extends CheckedGemmPlan {
    private static final int BLOCK_ROWS = 8 * ROWS;
    private static final int BLOCK_PANELS = 4;

    private final TaskLoop loop;
    private final int panelWidth;

    PackedGemm(Tensor b, int maxRows, int panelWidth, PlanOptions options, Executor pool) {
        super(b, maxRows);
        if (b.size(0) >= Index.MOST_STEPS) {
            throw new IllegalArgumentException(
                    "k, the rows of b, must stay below 2^24: b=" + b + "; add up products of fewer");
        }
        this.panelWidth = panelWidth;
        loop = new TaskLoop(options.threads(), options.executor().orElse(pool));
    }

    /// Computes six rows times one panel: rows `row …` of A, the first `rows` of which there are, into C.
    abstract void tile(int worker, int panel, Run run, int row, int rows);

    /// Brings rows `row … row + rows` of A into the worker's scratch.
    abstract void load(int worker, Tensor a, int row, int rows);

    /// The arguments of one run.
    record Run(double alpha, Tensor a, double beta, Tensor c) {}

    @Override
    protected final void execute(double alpha, Tensor a, double beta, Tensor c) {
        Run run = new Run(alpha, a, beta, c);
        int rowBlocks = (a.size(0) + BLOCK_ROWS - 1) / BLOCK_ROWS;
        int panelBlocks = (panels() + BLOCK_PANELS - 1) / BLOCK_PANELS;
        loop.run(rowBlocks * panelBlocks, isShared(a, c) ? loop.threads() : 1, (task, worker) -> {
            block(worker, run, task / panelBlocks * BLOCK_ROWS, task % panelBlocks * BLOCK_PANELS);
        });
    }

    private void block(int worker, Run run, int firstRow, int firstPanel) {
        int end = Math.min(run.a.size(0), firstRow + BLOCK_ROWS);
        for (int row = firstRow; row < end; row += ROWS) {
            int rows = Math.min(ROWS, end - row);
            load(worker, run.a, row, rows);
            for (int panel = firstPanel; panel < Math.min(panels(), firstPanel + BLOCK_PANELS); panel++) {
                tile(worker, panel, run, row, rows);
            }
        }
    }

    /// Panels of B.
    final int panels() {
        return (b().size(1) + panelWidth - 1) / panelWidth;
    }

    /// Columns of `panel` that there are.
    final int columns(int panel) {
        return Math.min(panelWidth, b().size(1) - panel * panelWidth);
    }

    /// Threads that may call [#tile].
    final int workers() {
        return loop.threads();
    }

    @Override
    protected final void free() {}
}
