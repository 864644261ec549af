package heed.studies.train;

import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.studies.math.Matrix;
import heed.studies.train.PlainProducts.Operand;

/// Products of matrices, for layers: `c = product + beta · c`, on the calling thread. Transposes are strides.
/// One thread at a time: give each model its own.
///
/// A training step changes the weights, so a product is planned for itself, and planning packs B for one use:
/// it pays where A has many rows that use it. GFLOP/s of vector's f64 products, planned, and of plain loops,
/// one core of an Intel Xeon with AVX-512:
///
/// | a · b                        | planned | plain |
/// |------------------------------|---------|-------|
/// | `[50, 16] · [16, 16]`        | 6.8     | 14    |
/// | `[64, 384] · [384, 256]`     | 35      | 46    |
/// | `[384, 64] · [64, 256]`      | 53      | 47    |
/// | `[384, 256] · [256, 64]`     | 60      | 36    |
/// | `[512, 1024] · [1024, 1024]` | 44      | 25    |
public final class Products {
    private static final PlanOptions ALONE = PlanOptions.DEFAULT.withThreads(1);

    /// Rows of A, and rows times columns of B, from which a product is planned.
    private static final int MANY_ROWS = 256, LARGE = 64 * 64;

    private final GemmBackend gemm;
    private final PlainProducts plain = new PlainProducts();

    /// Products of which the large ones are made by `gemm`.
    public Products(GemmBackend gemm) {
        this.gemm = gemm;
    }

    /// `c = a · b + beta · c`.
    ///
    /// @param beta 0 to overwrite `c`, 1 to add to it
    public void times(Matrix a, Matrix b, double beta, Matrix c) {
        run(new Operand(a, false), new Operand(b, false), beta, c);
    }

    /// `c = aᵀ · b + beta · c`.
    public void transposedTimes(Matrix a, Matrix b, double beta, Matrix c) {
        run(new Operand(a, true), new Operand(b, false), beta, c);
    }

    /// `c = a · bᵀ + beta · c`.
    public void timesTransposed(Matrix a, Matrix b, double beta, Matrix c) {
        run(new Operand(a, false), new Operand(b, true), beta, c);
    }

    private void run(Operand a, Operand b, double beta, Matrix c) {
        if (a.columns() != b.rows() || a.rows() != c.rows() || b.columns() != c.columns()) {
            throw new IllegalArgumentException("a product is [m, k] · [k, n] = [m, n]: a=%s, b=%s, c=[%d, %d]"
                    .formatted(a, b, c.rows(), c.columns()));
        }
        if (a.rows() < MANY_ROWS || (long) b.rows() * b.columns() < LARGE) {
            plain.run(a, b, beta, c);
            return;
        }
        try (GemmPlan plan = gemm.plan(tensor(b), c.rows(), ALONE)) {
            plan.run(1, tensor(a), beta, c.tensor());
        }
    }

    private static Tensor tensor(Operand operand) {
        Tensor tensor = operand.matrix().tensor();
        return operand.transposed() ? tensor.permute(1, 0) : tensor;
    }
}
