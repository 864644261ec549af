package heed.studies.train;

import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.studies.math.Matrix;

/// Products of matrices, for layers: `c = product + beta · c`, by a [GemmBackend] on the calling thread.
///
/// A training step changes the weights, so each product is planned for itself. Transposes are strides.
public final class Products {
    private static final PlanOptions ALONE = PlanOptions.DEFAULT.withThreads(1);

    private final GemmBackend gemm;

    /// Products by `gemm`.
    public Products(GemmBackend gemm) {
        this.gemm = gemm;
    }

    /// `c = a · b + beta · c`.
    ///
    /// @param beta 0 to overwrite `c`, 1 to add to it
    public void times(Matrix a, Matrix b, double beta, Matrix c) {
        run(a.tensor(), b.tensor(), beta, c);
    }

    /// `c = aᵀ · b + beta · c`.
    public void transposedTimes(Matrix a, Matrix b, double beta, Matrix c) {
        run(transposed(a), b.tensor(), beta, c);
    }

    /// `c = a · bᵀ + beta · c`.
    public void timesTransposed(Matrix a, Matrix b, double beta, Matrix c) {
        run(a.tensor(), transposed(b), beta, c);
    }

    private void run(Tensor a, Tensor b, double beta, Matrix c) {
        try (GemmPlan plan = gemm.plan(b, a.size(0), ALONE)) {
            plan.run(1, a, beta, c.tensor());
        }
    }

    private static Tensor transposed(Matrix matrix) {
        return matrix.tensor().permute(1, 0);
    }
}
