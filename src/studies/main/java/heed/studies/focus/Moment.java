package heed.studies.focus;

import heed.studies.math.Matrix;
import heed.studies.math.Svd;

/// What is seen of the flow at one time.
///
/// @param time t
/// @param norm `|W_0|`
/// @param first share of the first singular value of `W_0` in the sum of squares
/// @param ratio `σ_2 / σ_1` of `W_0`
/// @param cosine of its first left singular vector with π
/// @param queryNorm `|W_Q|`
/// @param aligned `|αᵀ W_Q| + |αᵀ W_K|`, α along `πᵀ W_0`
/// @param focusRate c, the rate at which the aligned part grows ([FocusRate])
/// @param rows `|W_0,i|` of each token
/// @param attention `A`
/// @param toFirst mean attention to token 0, `Σ_i π_i A_i0`
/// @param entropy mean entropy of attention in nats, `Σ_i π_i H_i`
/// @param scoreCosine of `Φ` and `π πᵀ`, as vectors
/// @param loss mean cross-entropy
record Moment(
        double time,
        double norm,
        double first,
        double ratio,
        double cosine,
        double queryNorm,
        double aligned,
        double focusRate,
        double[] rows,
        Matrix attention,
        double toFirst,
        double entropy,
        double scoreCosine,
        double loss) {

    /// Of the model in `state`.
    static Moment of(double time, Chain chain, Flow.State state, Flow.AttentionMap map) {
        Weights weights = state.weights();
        Matrix embedding = weights.embedding();
        Svd svd = Svd.of(embedding);
        double[] values = svd.values();
        double squares = embedding.norm() * embedding.norm();
        Matrix stationary = chain.stationary();
        Matrix direction = stationary.times(embedding);
        direction.scale(1 / direction.norm());
        double toFirst = 0;
        double entropy = 0;
        double[] rows = new double[chain.tokens()];
        for (int i = 0; i < chain.tokens(); i++) {
            toFirst += chain.frequency()[i] * map.weights().get(i, 0);
            entropy += chain.frequency()[i] * map.entropy()[i];
            rows[i] = Math.sqrt(embedding.dot(i, embedding, i));
        }
        return new Moment(
                time,
                embedding.norm(),
                values[0] * values[0] / squares,
                values[1] / values[0],
                Math.abs(stationary.times(svd.left()).get(0, 0)) / stationary.norm(),
                weights.query().norm(),
                direction.times(weights.query()).norm()
                        + direction.times(weights.key()).norm(),
                FocusRate.of(chain, embedding.norm(), weights.logits()),
                rows,
                map.weights(),
                toFirst,
                entropy,
                scoreCosine(chain, weights),
                state.loss());
    }

    private static double scoreCosine(Chain chain, Weights weights) {
        Matrix scores = weights.queries().times(weights.keys().transposed());
        Matrix stationary = chain.stationary();
        double along = stationary.times(scores).dot(0, stationary, 0);
        double square = stationary.dot(0, stationary, 0);
        return along / (scores.norm() * square);
    }
}
