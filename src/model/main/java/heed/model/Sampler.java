package heed.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;

/// Chooses the tokens of one continuation.
final class Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;

    Sampler(Sampling sampling, int continuation) {
        this.sampling = sampling;
        random = new SplittableRandom(sampling.seed() + continuation);
    }

    /// The next token, whatever its logits: NaN is as good as never.
    int next(float[] logits) {
        return sampling.temperature() == 0 ? mostLikely(logits) : draw(logits);
    }

    private static int mostLikely(float[] logits) {
        int best = 0;
        for (int token = 1; token < logits.length; token++) {
            if (logits[token] > logits[best] || Float.isNaN(logits[best])) {
                best = token;
            }
        }
        return best;
    }

    /// Goes down from the most likely token until the drawn share of the nucleus is reached.
    private int draw(float[] logits) {
        double[] weights = weights(logits);
        double whole = Arrays.stream(weights).sum();
        Integer[] order = order(weights);
        double nucleus = 0;
        int count = 0;
        while (count < order.length && nucleus < sampling.topP() * whole) {
            nucleus += weights[order[count++]];
        }
        double drawn = random.nextDouble() * nucleus;
        double sum = 0;
        for (int n = 0; n < count; n++) {
            sum += weights[order[n]];
            if (drawn < sum) {
                return order[n];
            }
        }
        return count == 0 ? mostLikely(logits) : order[count - 1];
    }

    private double[] weights(float[] logits) {
        double most = logits[mostLikely(logits)];
        double[] weights = new double[logits.length];
        for (int token = 0; token < weights.length; token++) {
            double weight = StrictMath.exp((logits[token] - most) / sampling.temperature());
            weights[token] = Double.isNaN(weight) ? 0 : weight;
        }
        return weights;
    }

    private static Integer[] order(double[] weights) {
        Integer[] order = new Integer[weights.length];
        Arrays.setAll(order, token -> token);
        Arrays.sort(order, Comparator.comparingDouble(token -> -weights[token]));
        return order;
    }
}
