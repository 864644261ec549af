package heed.studies.focus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.math.Matrix;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SampledTest {
    private static final double STEP = 1e-5;

    private final Chain chain = new Chain(0.8, 0.75, 0.19, 0.05, 0.01);

    @Test
    void gradientsAreThoseOfTheMeanLossOfTheBatch() {
        Weights weights = Weights.gaussian(new Random(6), 4, 8, 0.5);
        Weights gradients;
        try (Sampled sampled = new Sampled(Labs.quick(), chain, 8, new Random(7))) {
            gradients = sampled.gradients(weights);
        }
        Random random = new Random(7);
        int[][] batch =
                IntStream.range(0, 256).mapToObj(_ -> chain.draw(random, 65)).toArray(int[][]::new);

        slopes(weights, weights.embedding(), gradients.embedding(), batch);
        slopes(weights, weights.query(), gradients.query(), batch);
        slopes(weights, weights.key(), gradients.key(), batch);
        slopes(weights, weights.output(), gradients.output(), batch);
    }

    private static void slopes(Weights weights, Matrix part, Matrix gradient, int[][] batch) {
        double[] elements = part.elements();
        for (int n = 0; n < elements.length; n += 7) {
            double old = elements[n];
            elements[n] = old + STEP;
            double above = loss(weights, batch);
            elements[n] = old - STEP;
            double below = loss(weights, batch);
            elements[n] = old;
            assertEquals((above - below) / (2 * STEP), gradient.elements()[n], 1e-9);
        }
    }

    private static double loss(Weights weights, int[][] batch) {
        Matrix scores = weights.queries().times(weights.keys().transposed());
        Matrix logits = weights.logits();
        double loss = 0;
        for (int[] sequence : batch) {
            double[] answer = new double[4];
            double sum = 0;
            for (int n = 0; n < 64; n++) {
                double weight = Math.exp(scores.get(sequence[63], sequence[n]));
                sum += weight;
                for (int j = 0; j < 4; j++) {
                    answer[j] += weight * logits.get(sequence[n], j);
                }
            }
            double partition = 0;
            for (double logit : answer) {
                partition += Math.exp(logit / sum);
            }
            loss += Math.log(partition) - answer[sequence[64]] / sum;
        }
        return loss / batch.length;
    }
}
