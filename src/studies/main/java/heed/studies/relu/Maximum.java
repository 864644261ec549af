package heed.studies.relu;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import heed.studies.math.Special;
import java.util.Arrays;

/// The largest of n numbers by one head: scores βx_j, values x_j. Below the maximum by at most
/// `W0((n−1)/e)/β`, and that where all others lie equally far below it.
record Maximum(Lab lab, double beta) {
    /// Largest error.
    double error(int n) {
        return Special.lambertW((n - 1) / Math.E) / beta;
    }

    /// Of each row.
    double[] of(Matrix inputs) {
        int rows = inputs.rows();
        int n = inputs.columns();
        AttentionSpec spec = AttentionSpec.builder(1, 1)
                .softmaxScale(beta)
                .type(ElementType.F64)
                .build();
        Matrix output = Matrix.zeros(rows, 1);
        Matrix ones = Matrix.zeros(rows, 1);
        Arrays.fill(ones.elements(), 1);
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(rows, 1, n), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(ones.tensor(rows, 1, 1, 1))
                    .key(inputs.tensor(rows, 1, n, 1))
                    .value(inputs.tensor(rows, 1, n, 1))
                    .output(output.tensor(rows, 1, 1, 1)));
        }
        return output.elements();
    }

    /// The smallest of each row: `−max(−x)`.
    double[] least(Matrix inputs) {
        return Arrays.stream(of(inputs.copy().scale(-1))).map(x -> -x).toArray();
    }
}
