package heed.studies.walkthrough;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Diagnostics;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Head;
import heed.studies.head.Head.Pass;
import heed.studies.math.Matrix;
import java.util.Random;
import java.util.stream.IntStream;

/// Attention that has found nothing: queries and keys of noise, so that scores are N(0, σ²).
///
/// While `σ² < 2 ln n`, a row's entropy is about `ln n - σ²/2`.
final class Noise {
    private static final int ROWS = 256;
    private static final int WIDTH = 64;

    private Noise() {}

    static void check(Lab lab, Checks checks) {
        Source source = Source.derived("ln n - σ²/2");
        checks.add(
                "mean entropy of 256 rows, scores N(0, 1), 1024 keys", near(6.431, 0.02), entropy(lab, 1024), source);
        checks.add(
                "mean entropy of 256 rows, scores N(0, 1), 4096 keys", near(7.818, 0.02), entropy(lab, 4096), source);
        checks.add(
                "mean largest weight of 256 rows of 1024 keys, 64-wide products unscaled (σ = 8; threshold ours)",
                atLeast(0.5),
                largestWeight(lab, 1),
                Source.derived("why scores are divided by √headDim"));
        checks.add(
                "the same scaled by 1/8 (threshold ours)",
                atMost(0.05),
                largestWeight(lab, 1.0 / 8),
                Source.derived("why scores are divided by √headDim"));
    }

    /// With the keys as values, `H = L - β⟨q, m⟩`. A query of length √width has scores of variance 1 exactly.
    static double entropy(Lab lab, int keys) {
        Random random = new Random(9);
        Matrix query = Matrix.gaussian(random, ROWS, WIDTH, 1);
        for (int i = 0; i < ROWS; i++) {
            double stretch = Math.sqrt(WIDTH / query.dot(i, query, i));
            for (int d = 0; d < WIDTH; d++) {
                query.set(i, d, query.get(i, d) * stretch);
            }
        }
        Matrix key = Matrix.gaussian(random, keys, WIDTH, 1);
        double beta = 1 / Math.sqrt(WIDTH);
        try (Head head = new Head(lab, Head.spec(WIDTH, more -> more.softmaxScale(beta)), ROWS, keys)) {
            Pass pass = head.run(query, key, key);
            return IntStream.range(0, ROWS)
                    .mapToDouble(i -> pass.logSumExp()[i] - beta * query.dot(i, pass.output(), i))
                    .average()
                    .orElseThrow();
        }
    }

    /// The mean over rows of `e^(max score - L)`, the largest weight.
    static double largestWeight(Lab lab, double scale) {
        int keys = 1024;
        Random random = new Random(10);
        AttentionSpec spec = AttentionSpec.builder(1, WIDTH)
                .type(ElementType.F64)
                .softmaxScale(scale)
                .valueDim(1)
                .logSumExp()
                .extraOutput(ExtraOutput.MAX_SCORE)
                .build();
        double[] largest = new double[ROWS];
        double[] logSumExp = new double[ROWS];
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(1, ROWS, keys), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(Matrix.gaussian(random, ROWS, WIDTH, 1).tensor(1, 1, ROWS, WIDTH))
                    .key(Matrix.gaussian(random, keys, WIDTH, 1).tensor(1, 1, keys, WIDTH))
                    .value(Matrix.zeros(keys, 1).tensor(1, 1, keys, 1))
                    .output(Matrix.zeros(ROWS, 1).tensor(1, 1, ROWS, 1))
                    .logSumExp(Tensor.of(logSumExp, 1, 1, ROWS))
                    .diagnostics(new Diagnostics().maxScore(Tensor.of(largest, 1, 1, ROWS))));
        }
        return IntStream.range(0, ROWS)
                .mapToDouble(i -> Math.exp(largest[i] - logSumExp[i]))
                .average()
                .orElseThrow();
    }
}
