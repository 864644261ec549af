package heed.kernels.gemm;

import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Tile6x2F64.COLUMNS;

import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.tile.Tile6x2F64;
import java.util.concurrent.Executor;

/// The product in f64.
public final class PackedGemmF64 extends PackedGemm {
    private final double[][] panels;
    private final double[][] left;
    private final double[][] product;

    /// Packs `b`, `[k, n]`: panel after panel of COLUMNS columns, each `[k][COLUMNS]`.
    public PackedGemmF64(Tensor b, int maxRows, PlanOptions options, Executor pool) {
        super(b, maxRows, COLUMNS, options, pool);
        int k = b.size(0);
        panels = new double[panels()][k * COLUMNS];
        left = new double[workers()][ROWS * k];
        product = new double[workers()][ROWS * COLUMNS];
        for (int panel = 0; panel < panels.length; panel++) {
            Blocks.read(b, 0, k, panel * COLUMNS, columns(panel), panels[panel], 0, COLUMNS);
        }
    }

    @Override
    void load(int worker, Tensor a, int row, int rows) {
        int k = a.size(1);
        Blocks.read(a, row, rows, 0, k, left[worker], 0, k);
    }

    @Override
    void tile(int worker, int panel, Run run, int row, int rows) {
        int k = run.a().size(1);
        double[] sums = product[worker];
        Tile6x2F64.multiply(left[worker], 0, k, panels[panel], 0, k, sums, 0);
        Blocks.write(sums, COLUMNS, run, row, rows, panel * COLUMNS, columns(panel));
    }

    @Override
    public long workspaceBytes() {
        long k = b().size(0);
        return Double.BYTES * (panels.length * k * COLUMNS + workers() * ROWS * (k + COLUMNS));
    }
}
