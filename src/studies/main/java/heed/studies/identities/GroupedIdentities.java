package heed.studies.identities;

import static heed.studies.claim.Expectation.atMost;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.Random;

/// Column sums of each query head of a group that shares its keys: the gradient of the values adds over the
/// group, so values of as many dims as the group has heads, with a unit vector as the cotangent of each, keep
/// them apart.
final class GroupedIdentities {
    private static final int HEADS = 3;
    private static final int N = 21;
    private static final int D = 7;
    private static final double BETA = 0.5;

    private final Lab lab;
    private final Checks checks;

    GroupedIdentities(Lab lab, Checks checks) {
        this.lab = lab;
        this.checks = checks;
    }

    void run() {
        Random random = new Random(11);
        Matrix query = Matrix.gaussian(random, HEADS * N, D, 1);
        Matrix key = Matrix.gaussian(random, N, D, 1);
        double[] sums = columnSums(query, key);
        double error = 0;
        for (int h = 0; h < HEADS; h++) {
            Matrix rows = Matrix.of(N, D, Arrays.copyOfRange(query.elements(), h * N * D, (h + 1) * N * D));
            Dense dense = Dense.of(Dense.scores(BETA, rows, key, score -> score), Double.NEGATIVE_INFINITY);
            for (int j = 0; j < N; j++) {
                error = Math.max(error, Math.abs(sums[j * HEADS + h] - dense.columnSum(j)));
            }
        }
        checks.add(
                "column sums of each of 3 heads that share keys, in one backward run",
                atMost(1e-12),
                error,
                Source.exact("error"));
    }

    /// `[N, HEADS]`.
    private double[] columnSums(Matrix query, Matrix key) {
        AttentionSpec spec = AttentionSpec.builder(HEADS, D)
                .kvHeads(1)
                .valueDim(HEADS)
                .softmaxScale(BETA)
                .type(ElementType.F64)
                .logSumExp()
                .build();
        AttentionSizes sizes = new AttentionSizes(1, N, N);
        Matrix value = Matrix.zeros(N, HEADS);
        Matrix cotangent = Matrix.zeros(HEADS * N, HEADS);
        for (int row = 0; row < HEADS * N; row++) {
            cotangent.set(row, row / N, 1);
        }
        Matrix sums = Matrix.zeros(N, HEADS);
        AttentionArguments arguments = new AttentionArguments()
                .query(query.tensor(1, HEADS, N, D))
                .key(key.tensor(1, 1, N, D))
                .value(value.tensor(1, 1, N, HEADS))
                .output(Matrix.zeros(HEADS * N, HEADS).tensor(1, HEADS, N, HEADS))
                .logSumExp(Tensor.of(new double[HEADS * N], 1, HEADS, N));
        try (AttentionPlan plan = lab.attention().plan(spec, sizes, lab.alone())) {
            plan.run(arguments);
            AttentionBackend backend = lab.attention().backend(plan.backend());
            try (GradientPlan gradient = backend.planGradient(spec, sizes, lab.alone())) {
                gradient.run(
                        arguments,
                        new GradientArguments()
                                .output(cotangent.tensor(1, HEADS, N, HEADS))
                                .value(sums.tensor(1, 1, N, HEADS)));
            }
        }
        return sums.elements();
    }
}
