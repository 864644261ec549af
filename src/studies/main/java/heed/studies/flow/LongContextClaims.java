package heed.studies.flow;

import static heed.studies.claim.Expectation.near;

import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Head;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.stream.IntStream;

/// One layer over a long context of equiangular tokens: β must grow like ln n, lest all outputs become one.
final class LongContextClaims {
    private static final double RHO = 0.5;
    private static final int N = 16_384;

    private final Lab lab;
    private final Checks checks = new Checks(FlowStudy.NAME);

    LongContextClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        lab.progress().doing("long context");
        double[][] limits = {{1, 1}, {2, 4 * RHO / (1 + 3 * RHO)}, {4, RHO}};
        for (double[] one : limits) {
            checks.add(
                    "cosine of two outputs, tokens at cosine ½, n 16384, β = γ ln n, γ %.0f".formatted(one[0]),
                    near(one[1], 0.005),
                    outputCosine(N, one[0]),
                    Source.related("arXiv 2512.01868: 1, 4ρ/(1+3ρ), ρ for γ <, =, > 1/(1-ρ)"));
        }
        return new Found(checks.list(), section());
    }

    /// One row with scores β for its own token and βρ for the n − 1 others, as a bias of each key, gives
    /// their weights a and c. By symmetry all rows have these, so that with `u = a − c`, `G = 1+(n−1)ρ` two
    /// outputs have the product `u²ρ + 2ucG + c²nG`, one with itself `u² + 2ucG + c²nG`.
    private double outputCosine(int n, double gamma) {
        double beta = gamma * Math.log(n);
        double[] scores = new double[n];
        Arrays.fill(scores, beta * RHO);
        scores[0] = beta;
        Matrix value = Matrix.zeros(n, 2);
        value.set(0, 0, 1);
        for (int j = 1; j < n; j++) {
            value.set(j, 1, 1.0 / (n - 1));
        }
        try (Head head = new Head(lab, Head.spec(1, spec -> spec.valueDim(2).mask(Mask.additiveTensor())), 1, n)) {
            head.arguments().bias(Tensor.of(scores, 1, 1, 1, n));
            Matrix weights =
                    head.run(Matrix.zeros(1, 1), Matrix.zeros(n, 1), value).output();
            return cosine(n, weights.get(0, 0), weights.get(0, 1));
        }
    }

    private static double cosine(int n, double a, double c) {
        double u = a - c;
        double g = 1 + (n - 1) * RHO;
        double common = 2 * u * c * g + c * c * n * g;
        return (u * u * RHO + common) / (u * u + common);
    }

    private Section section() {
        double[] gamma = IntStream.rangeClosed(0, 60).mapToDouble(k -> k / 15.0).toArray();
        Chart chart = new Chart(
                "Cosine of two outputs over γ",
                "Tokens at cosine ½. The longer the context, the sharper the step at γ = 1/(1 − ρ) = 2: below it one layer "
                        + "makes all outputs the same, above it each token keeps to itself.",
                Axis.linear("γ, with β = γ ln n"),
                Axis.linear("cosine of two outputs").range(0.4, 1));
        for (int n : new int[] {64, 1024, N}) {
            lab.stopIfInterrupted();
            chart.line(
                    "n = " + n,
                    gamma,
                    Arrays.stream(gamma).map(one -> outputCosine(n, one)).toArray());
        }
        chart.dots("limit", new double[] {1, 2, 4}, new double[] {1, 4 * RHO / (1 + 3 * RHO), RHO});
        return Section.of(
                "Long contexts need sharper scores",
                "A token's own score β must hold out against n − 1 others of βρ. Their number grows like n, the advantage "
                        + "like e^(β(1 − ρ)): with β = γ ln n the two are level at γ = 1/(1 − ρ).",
                chart);
    }
}
