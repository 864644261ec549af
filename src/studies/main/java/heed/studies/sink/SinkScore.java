package heed.studies.sink;

import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.head.InFloat;
import heed.studies.math.Matrix;
import java.util.Random;

/// One key with a score of its own among keys with scores N(0, 1).
final class SinkScore {
    private static final int N = 256;
    private static final int ZEROS = 8;
    private static final double SCORE = 8;

    private SinkScore() {}

    /// Its mean weight, over 256 rows.
    static double alpha(Lab lab) {
        Matrix bias = Matrix.gaussian(new Random(31), N, N, 1);
        Matrix value = Matrix.zeros(N, 1);
        value.set(0, 0, 1);
        for (int i = 0; i < N; i++) {
            bias.set(i, 0, SCORE);
        }
        Matrix zeros = Matrix.zeros(N, ZEROS);
        try (Head head = new Head(
                lab, Head.spec(ZEROS, spec -> spec.softmaxScale(1).valueDim(1).mask(Mask.additiveTensor())), N, N)) {
            head.arguments().bias(bias.tensor(1, 1, N, N));
            double sum = 0;
            for (double weight : head.run(zeros, zeros, value).output().elements()) {
                sum += weight;
            }
            return sum / N;
        }
    }

    /// The head of the variance checks in float: causal, scores N(0, 1), values of 64 dims.
    static InFloat inFloat(Lab lab) {
        Random random = new Random(32);
        int length = Aggregation.LENGTH;
        float[] bias = new float[length * length];
        for (int n = 0; n < bias.length; n++) {
            bias[n] = (float) random.nextGaussian();
        }
        Matrix zeros = Matrix.zeros(length, ZEROS);
        return InFloat.of(
                lab,
                Aggregation.spec(new Aggregation.Scores.Gaussian(), ZEROS, Aggregation.DIM),
                zeros,
                zeros,
                Matrix.gaussian(random, length, Aggregation.DIM, 1),
                Matrix.gaussian(random, length, Aggregation.DIM, 1),
                arguments -> arguments.bias(Tensor.of(bias, 1, 1, length, length)));
    }
}
