package heed.studies.sink;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.head.Head.Pass;
import heed.studies.math.Matrix;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/// What attention does to the variance of values that are N(0, 1): outputs of a head whose queries and keys are
/// 0, so that its scores are what is added to them.
///
/// Of independent values, `Var(o_i) / Var(v) = Σ_j p_ij²`: `1/(i + 1)` where all keys up to i weigh the same,
/// and `e^(σ²)/(i + 1)` for scores N(0, σ²) and many keys.
///
/// @param variance of each position's outputs, over sequences and dims
/// @param squares mean of `Σ_j p_ij²` of each position, from log-sum-exps: `exp(L(2 s) − 2 L(s))`
record Aggregation(double[] variance, double[] squares) {
    static final int BATCH = 64;
    static final int LENGTH = 256;
    static final int DIM = 64;

    /// Queries and keys are 0, of any width.
    private static final int ZEROS = 8;

    /// Which scores a sequence has.
    sealed interface Scores {
        /// All 0.
        record Uniform() implements Scores {}

        /// Independent N(0, 1).
        record Gaussian() implements Scores {}

        /// All 0, but `row` sees itself alone.
        record Alone(int row) implements Scores {}
    }

    /// Of a batch of sequences.
    static Aggregation of(Lab lab, Scores scores, long seed) {
        RandomGenerator random = new Random(seed);
        Matrix zeros = Matrix.zeros(LENGTH, ZEROS);
        List<Matrix> outputs = new ArrayList<>();
        double[] squares = new double[LENGTH];
        try (Head head = new Head(lab, spec(scores, ZEROS, DIM), LENGTH, LENGTH)) {
            for (int b = 0; b < BATCH; b++) {
                lab.stopIfInterrupted();
                Matrix value = Matrix.gaussian(random, LENGTH, DIM, 1);
                double[] bias = bias(scores, random);
                give(head.arguments(), scores, bias, LENGTH);
                Pass pass = head.run(zeros, zeros, value);
                outputs.add(pass.output());
                for (int n = 0; n < bias.length; n++) {
                    bias[n] *= 2;
                }
                Pass twice = head.run(zeros, zeros, value);
                for (int i = 0; i < LENGTH; i++) {
                    squares[i] += Math.exp(twice.logSumExp()[i] - 2 * pass.logSumExp()[i]) / BATCH;
                }
            }
        }
        return new Aggregation(variance(outputs), squares);
    }

    /// A causal head that reads what `scores` needs.
    static AttentionSpec spec(Scores scores, int headDim, int valueDim) {
        Mask mask = switch (scores) {
            case Scores.Uniform _ -> Mask.causal();
            case Scores.Gaussian _ -> Mask.causal().and(Mask.additiveTensor());
            case Scores.Alone _ -> Mask.causal().and(Mask.booleanTensor());
        };
        return Head.spec(
                headDim, spec -> spec.softmaxScale(1).valueDim(valueDim).mask(mask));
    }

    private static double[] bias(Scores scores, RandomGenerator random) {
        return scores instanceof Scores.Gaussian
                ? Matrix.gaussian(random, LENGTH, LENGTH, 1).elements()
                : new double[0];
    }

    /// Sets what a head of [#spec] reads besides query, key and value.
    static void give(AttentionArguments arguments, Scores scores, double[] bias, int length) {
        switch (scores) {
            case Scores.Uniform _ -> {}
            case Scores.Gaussian _ -> arguments.bias(Tensor.of(bias, 1, 1, length, length));
            case Scores.Alone(int row) -> arguments.mask(alone(row, length));
        }
    }

    /// True where row i sees key j: everywhere, but in `row` on the diagonal alone.
    private static Tensor alone(int row, int length) {
        byte[] seen = new byte[length * length];
        for (int n = 0; n < seen.length; n++) {
            seen[n] = (byte) (n / length != row || n % length == row ? 1 : 0);
        }
        return Tensor.of(MemorySegment.ofArray(seen), ElementType.BOOL, 1, 1, length, length);
    }

    private static double[] variance(List<Matrix> outputs) {
        double[] variance = new double[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            double sum = 0;
            double square = 0;
            for (Matrix output : outputs) {
                for (double element : output.row(i)) {
                    sum += element;
                    square += element * element;
                }
            }
            double count = (double) DIM * outputs.size();
            variance[i] = square / count - (sum / count) * (sum / count);
        }
        return variance;
    }
}
