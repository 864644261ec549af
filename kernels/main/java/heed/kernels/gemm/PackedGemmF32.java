package heed.kernels.gemm;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.tile.Panels;
import heed.kernels.tile.RegisterTile;
import java.lang.foreign.ValueLayout;
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
            for (int l = 0; l < k; l++) {
                read(b, l, panel * PANEL, columns(panel), panels[panel], l * PANEL);
            }
        }
    }

    private static void read(Tensor matrix, int row, int column, int count, float[] target, int at) {
        long from = matrix.offset() + row * matrix.stride(0) + column * matrix.stride(1);
        for (int j = 0; j < count; j++) {
            target[at + j] = matrix.segment().get(ValueLayout.JAVA_FLOAT, from + j * matrix.stride(1));
        }
    }

    @Override
    void load(int worker, Tensor a, int row, int rows) {
        int k = a.size(1);
        for (int i = 0; i < rows; i++) {
            read(a, row + i, 0, k, left[worker], i * k);
        }
    }

    @Override
    void tile(int worker, int panel, Run run, int row, int rows) {
        int k = run.a().size(1);
        float[] sums = product[worker];
        TILE.multiply(left[worker], 0, k, panels[panel], 0, k, sums, 0, PANEL);
        Tensor c = run.c();
        for (int i = 0; i < rows; i++) {
            long at = c.offset() + (row + i) * c.stride(0) + (long) panel * PANEL * c.stride(1);
            for (int j = 0; j < columns(panel); j++) {
                long to = at + j * c.stride(1);
                double old = run.beta() == 0 ? 0 : run.beta() * c.segment().get(ValueLayout.JAVA_FLOAT, to);
                double sum = run.alpha() * sums[i * PANEL + j] + old;
                c.segment().set(ValueLayout.JAVA_FLOAT, to, (float) sum);
            }
        }
    }

    @Override
    public long workspaceBytes() {
        long k = b().size(0);
        return Float.BYTES * (panels.length * k * PANEL + workers() * ROWS * (k + PANEL));
    }
}
