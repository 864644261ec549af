package heed.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.ElementType;
import heed.attention.GemmBackend;
import heed.attention.GemmPlan;
import heed.attention.PlanOptions;
import heed.attention.Tensor;
import heed.conformance.Placement.Layout;
import heed.conformance.Placement.Memory;
import java.util.Arrays;
import java.util.Random;

/// One matrix product `c = alpha · a · b + beta · c` and how far a result may be off.
record Product(Tensor a, Tensor b, Tensor c) {
    static Product random(ElementType type, int m, int k, int n, long seed) {
        Random random = new Random(seed);
        return new Product(
                Tensors.normal(random, 1, type, m, k),
                Tensors.normal(random, 1, type, k, n),
                Tensors.normal(random, 1, type, m, n));
    }

    /// A copy of a matrix with gaps between its rows, or with its rows lying apart.
    static Placement placed(Tensor matrix, boolean transposed, Memory memory) {
        Tensor four = Tensor.strided(
                matrix.segment(),
                matrix.type(),
                matrix.offset(),
                new int[] {1, 1, matrix.size(0), matrix.size(1)},
                new long[] {0, 0, matrix.stride(0), matrix.stride(1)});
        return Placement.of(four, transposed ? Layout.BHDS : Layout.GAPPED, memory, 777);
    }

    /// The matrix that [#placed] laid out.
    static Tensor matrix(Placement placement) {
        Tensor view = placement.view();
        return Tensor.strided(
                view.segment(), view.type(), view.offset(), new int[] {view.size(2), view.size(3)}, new long[] {
                    view.stride(2), view.stride(3)
                });
    }

    /// The product alone, into a new matrix.
    Tensor run(GemmBackend backend, PlanOptions options) {
        Tensor result = Tensors.filled(Double.NaN, c.type(), c.shape());
        try (GemmPlan plan = backend.plan(b, a.size(0), options)) {
            plan.run(a, result);
        }
        return result;
    }

    /// Runs `backend` on this product, in place, and judges every element.
    void check(GemmBackend backend, double alpha, double beta) {
        Tensor old = Tensors.copy(c);
        try (GemmPlan plan = backend.plan(b, a.size(0), PlanOptions.DEFAULT)) {
            plan.run(alpha, a, beta, c);
        }
        Tensors.forEach(c.shape(), at -> element(alpha, beta, at[0], at[1], old));
    }

    private void element(double alpha, double beta, int i, int j, Tensor old) {
        double dot = 0;
        double magnitude = 0;
        for (int l = 0; l < a.size(1); l++) {
            dot += a.get(i, l) * b.get(l, j);
            magnitude += Math.abs(a.get(i, l) * b.get(l, j));
        }
        double kept = beta == 0 ? 0 : beta * old.get(i, j);
        double wanted = alpha * dot + kept;
        double got = c.get(i, j);
        double allowed = allowed(Math.abs(alpha) * magnitude + Math.abs(kept));
        boolean near = Double.isFinite(wanted)
                ? Math.abs(got - wanted) <= allowed
                : Double.compare(wanted, got) == 0 || Double.isNaN(wanted) && Double.isNaN(got);
        if (!near) {
            fail("c%s is %s, expected %s, allowed error %.3g: a=%s b=%s alpha=%s beta=%s"
                    .formatted(Arrays.toString(new int[] {i, j}), got, wanted, allowed, a, b, alpha, beta));
        }
    }

    /// A sum of `k` products in any order errs by at most `k · u · Σ |a · b|` to first order; both factors, their
    /// products, the last sum and its rounding add a few `u`. In f64 the judge errs as much again.
    private double allowed(double magnitude) {
        boolean single = c.type() == ElementType.F32;
        return (a.size(1) + 6) * (single ? 0x1p-24 : 2 * 0x1p-53) * magnitude;
    }
}
