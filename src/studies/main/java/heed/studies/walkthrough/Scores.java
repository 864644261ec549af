package heed.studies.walkthrough;

import heed.attention.Tensor;
import heed.studies.math.Matrix;
import java.util.List;
import java.util.stream.IntStream;

/// Scores and their softmax by plain sums: to be shown, and to hold what Heed gave against.
final class Scores {
    private Scores() {}

    /// `⟨q_i, k_j⟩ / √headDim` of each head, `[tokens, tokens]`.
    static List<Matrix> of(Tensor query, Tensor key) {
        return IntStream.range(0, query.size(1))
                .mapToObj(h -> head(query, key, h))
                .toList();
    }

    private static Matrix head(Tensor query, Tensor key, int h) {
        int tokens = query.size(2);
        int dim = query.size(3);
        Matrix scores = Matrix.zeros(tokens, tokens);
        for (int i = 0; i < tokens; i++) {
            for (int j = 0; j < tokens; j++) {
                double sum = 0;
                for (int d = 0; d < dim; d++) {
                    sum += query.get(0, h, i, d) * key.get(0, h, j, d);
                }
                scores.set(i, j, sum / Math.sqrt(dim));
            }
        }
        return scores;
    }

    /// `e^s_ij / Σ_j e^s_ij`.
    static Matrix softmax(Matrix scores) {
        Matrix weights = scores.copy();
        for (int i = 0; i < scores.rows(); i++) {
            double sum = 0;
            for (int j = 0; j < scores.columns(); j++) {
                weights.set(i, j, Math.exp(scores.get(i, j)));
                sum += weights.get(i, j);
            }
            for (int j = 0; j < scores.columns(); j++) {
                weights.set(i, j, weights.get(i, j) / sum);
            }
        }
        return weights;
    }
}
