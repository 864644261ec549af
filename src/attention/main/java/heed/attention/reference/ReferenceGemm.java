package heed.attention.reference;

import heed.attention.Availability;
import heed.attention.CheckedGemmPlan;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;

/// The matrix product by its definition, in double.
public final class ReferenceGemm implements GemmBackend {
    /// Called by `ServiceLoader`.
    public ReferenceGemm() {}

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public Availability availability() {
        return new ReferenceBackend().availability();
    }

    @Override
    public GemmPlan plan(Tensor b, int maxRows, PlanOptions options) {
        return new Plan(b, maxRows);
    }

    private static final class Plan extends CheckedGemmPlan {
        Plan(Tensor b, int maxRows) {
            super(b, maxRows);
        }

        @Override
        protected void execute(double alpha, Tensor a, double beta, Tensor c) {
            for (int i = 0; i < a.size(0); i++) {
                for (int j = 0; j < c.size(1); j++) {
                    double dot = 0;
                    for (int l = 0; l < a.size(1); l++) {
                        dot += a.get(i, l) * b().get(l, j);
                    }
                    c.set(alpha * dot + (beta == 0 ? 0 : beta * c.get(i, j)), i, j);
                }
            }
        }

        @Override
        public long workspaceBytes() {
            return 0;
        }

        @Override
        protected void free() {}
    }
}
