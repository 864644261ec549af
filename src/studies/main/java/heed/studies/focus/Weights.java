package heed.studies.focus;

import heed.studies.math.Matrix;
import java.util.random.RandomGenerator;

/// The transformer's weights, or gradients of their shapes.
///
/// @param embedding `W_0`, `[tokens, width]`
/// @param query `W_Q`, `[width, width]`
/// @param key `W_K`, `[width, width]`
/// @param output `W_1`, `[width, tokens]`
record Weights(Matrix embedding, Matrix query, Matrix key, Matrix output) {
    /// Independent N(0, scale²).
    static Weights gaussian(RandomGenerator random, int tokens, int width, double scale) {
        return new Weights(
                Matrix.gaussian(random, tokens, width, scale),
                Matrix.gaussian(random, width, width, scale),
                Matrix.gaussian(random, width, width, scale),
                Matrix.gaussian(random, width, tokens, scale));
    }

    /// `M = W_0 W_1`: the logits that attention averages, a row for each token.
    Matrix logits() {
        return embedding.times(output);
    }

    /// `W_0 W_Q`, the query of each token.
    Matrix queries() {
        return embedding.times(query);
    }

    /// `W_0 W_K`, the key of each token.
    Matrix keys() {
        return embedding.times(key);
    }

    /// The gradients of the weights, given those of queries, keys and logits.
    Weights gradients(Matrix queries, Matrix keys, Matrix logits) {
        Matrix transposed = embedding.transposed();
        Matrix embeddings = queries.times(query.transposed())
                .add(1, keys.times(key.transposed()))
                .add(1, logits.times(output.transposed()));
        return new Weights(embeddings, transposed.times(queries), transposed.times(keys), transposed.times(logits));
    }

    /// Adds `factor · other`, in place.
    void add(double factor, Weights other) {
        embedding.add(factor, other.embedding);
        query.add(factor, other.query);
        key.add(factor, other.key);
        output.add(factor, other.output);
    }

    /// Largest difference to `other`.
    double distance(Weights other) {
        return Math.max(
                Math.max(embedding.distance(other.embedding), output.distance(other.output)),
                Math.max(query.distance(other.query), key.distance(other.key)));
    }
}
