package heed.studies.focus;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.GradientArguments;
import heed.attention.GradientPlan;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Matrix;
import java.util.random.RandomGenerator;

/// Learning from sequences that are drawn: the last token asks all tokens of its sequence, and the token after
/// it is to be told. Each call draws a new batch.
final class Sampled implements Descent {
    private static final int BATCH = 256;
    private static final int LENGTH = 64;

    private final Chain chain;
    private final RandomGenerator random;
    private final AttentionPlan plan;
    private final GradientPlan gradient;

    private final int[][] sequences = new int[BATCH][];
    private final Matrix query;
    private final Matrix key;
    private final Matrix value;
    private final Matrix output;
    private final Matrix cotangent;
    private final Matrix queryGradient;
    private final Matrix keyGradient;
    private final Matrix valueGradient;
    private final AttentionArguments arguments;
    private final GradientArguments targets;

    Sampled(Lab lab, Chain chain, int width, RandomGenerator random) {
        this.chain = chain;
        this.random = random;
        int tokens = chain.tokens();
        AttentionSpec spec = AttentionSpec.builder(1, width)
                .valueDim(tokens)
                .softmaxScale(1)
                .type(ElementType.F64)
                .logSumExp()
                .build();
        AttentionSizes sizes = new AttentionSizes(BATCH, 1, LENGTH);
        plan = lab.attention().plan(spec, sizes, lab.alone());
        gradient = lab.attention().backend(plan.backend()).planGradient(spec, sizes, lab.alone());
        query = Matrix.zeros(BATCH, width);
        key = Matrix.zeros(BATCH * LENGTH, width);
        value = Matrix.zeros(BATCH * LENGTH, tokens);
        output = Matrix.zeros(BATCH, tokens);
        cotangent = Matrix.zeros(BATCH, tokens);
        queryGradient = Matrix.zeros(BATCH, width);
        keyGradient = Matrix.zeros(BATCH * LENGTH, width);
        valueGradient = Matrix.zeros(BATCH * LENGTH, tokens);
        arguments = new AttentionArguments()
                .query(rows(query, 1))
                .key(rows(key, LENGTH))
                .value(rows(value, LENGTH))
                .output(rows(output, 1))
                .logSumExp(Tensor.of(new double[BATCH], BATCH, 1, 1));
        targets = new GradientArguments()
                .output(rows(cotangent, 1))
                .query(rows(queryGradient, 1))
                .key(rows(keyGradient, LENGTH))
                .value(rows(valueGradient, LENGTH));
    }

    private static Tensor rows(Matrix matrix, int length) {
        return matrix.tensor(BATCH, 1, length, matrix.columns());
    }

    @Override
    public Weights gradients(Weights weights) {
        Matrix queries = weights.queries();
        Matrix keys = weights.keys();
        Matrix logits = weights.logits();
        for (int b = 0; b < BATCH; b++) {
            // One token more than attention sees: the answer.
            sequences[b] = chain.draw(random, LENGTH + 1);
            copy(queries, sequences[b][LENGTH - 1], query, b);
            for (int n = 0; n < LENGTH; n++) {
                copy(keys, sequences[b][n], key, b * LENGTH + n);
                copy(logits, sequences[b][n], value, b * LENGTH + n);
            }
        }
        plan.run(arguments);
        ask();
        gradient.run(arguments, targets);
        return weights.gradients(
                gathered(queryGradient, true), gathered(keyGradient, false), gathered(valueGradient, false));
    }

    private static void copy(Matrix from, int row, Matrix to, int target) {
        System.arraycopy(from.elements(), from.at(row), to.elements(), to.at(target), from.columns());
    }

    /// The gradient of the mean cross-entropy: probabilities less the answer.
    private void ask() {
        for (int b = 0; b < BATCH; b++) {
            double[] row = output.row(b);
            double logSumExp = Flow.logSumExp(row);
            for (int j = 0; j < row.length; j++) {
                double answer = sequences[b][LENGTH] == j ? 1 : 0;
                cotangent.set(b, j, (Math.exp(row[j] - logSumExp) - answer) / BATCH);
            }
        }
    }

    /// Sums of rows by their tokens.
    private Matrix gathered(Matrix rows, boolean last) {
        Matrix sums = Matrix.zeros(chain.tokens(), rows.columns());
        int each = last ? 1 : LENGTH;
        for (int row = 0; row < rows.rows(); row++) {
            int token = sequences[row / each][last ? LENGTH - 1 : row % LENGTH];
            for (int c = 0; c < rows.columns(); c++) {
                sums.elements()[sums.at(token) + c] += rows.elements()[rows.at(row) + c];
            }
        }
        return sums;
    }

    @Override
    public void close() {
        plan.close();
        gradient.close();
    }
}
