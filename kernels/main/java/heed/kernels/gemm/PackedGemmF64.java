package heed.kernels.gemm;

import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Tile6x2F64.COLUMNS;

import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.kernels.tile.Tile6x2F64;
import java.lang.foreign.ValueLayout;
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
            for (int l = 0; l < k; l++) {
                read(b, l, panel * COLUMNS, columns(panel), panels[panel], l * COLUMNS);
            }
        }
    }

    private static void read(Tensor matrix, int row, int column, int count, double[] target, int at) {
        long from = matrix.offset() + row * matrix.stride(0) + column * matrix.stride(1);
        for (int j = 0; j < count; j++) {
            target[at + j] = matrix.segment().get(ValueLayout.JAVA_DOUBLE, from + j * matrix.stride(1));
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
        double[] sums = product[worker];
        Tile6x2F64.multiply(left[worker], 0, k, panels[panel], 0, k, sums, 0);
        Tensor c = run.c();
        for (int i = 0; i < rows; i++) {
            long at = c.offset() + (row + i) * c.stride(0) + (long) panel * COLUMNS * c.stride(1);
            for (int j = 0; j < columns(panel); j++) {
                long to = at + j * c.stride(1);
                double old = run.beta() == 0 ? 0 : run.beta() * c.segment().get(ValueLayout.JAVA_DOUBLE, to);
                double sum = run.alpha() * sums[i * COLUMNS + j] + old;
                c.segment().set(ValueLayout.JAVA_DOUBLE, to, sum);
            }
        }
    }

    @Override
    public long workspaceBytes() {
        long k = b().size(0);
        return Double.BYTES * (panels.length * k * COLUMNS + workers() * ROWS * (k + COLUMNS));
    }
}
