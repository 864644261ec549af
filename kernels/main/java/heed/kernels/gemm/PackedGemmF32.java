package heed.kernels.gemm;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.tile.Panels;
import heed.kernels.tile.RegisterTile;
import java.util.concurrent.Executor;

/// The product in f32.
public final class PackedGemmF32 extends PackedGemm {
    private static final RegisterTile TILE = Panels.tile(PANEL);

    private final float[][] panels;
    private final float[][] left;
    private final float[][] product;

    /// Packs `b`, `[k, n]`: panel after panel of PANEL columns, each `[k][PANEL]`.
    public PackedGemmF32(Tensor b, int maxRows, PlanOptions options, Executor pool) {
        super(b, maxRows, PANEL, options, pool);
        int k = b.size(0);
        panels = new float[panels()][k * PANEL];
        left = new float[workers()][ROWS * k];
        product = new float[workers()][ROWS * PANEL];
        for (int panel = 0; panel < panels.length; panel++) {
            Blocks.read(b, 0, k, panel * PANEL, columns(panel), panels[panel], 0, PANEL);
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
        float[] sums = product[worker];
        TILE.multiply(left[worker], 0, k, panels[panel], 0, k, sums, 0, PANEL);
        Blocks.write(sums, PANEL, run, row, rows, panel * PANEL, columns(panel));
    }

    @Override
    public long workspaceBytes() {
        long k = b().size(0);
        return Float.BYTES * (panels.length * k * PANEL + workers() * ROWS * (k + PANEL));
    }
}
