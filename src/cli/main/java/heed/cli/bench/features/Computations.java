package heed.cli.bench.features;

import static heed.attention.ScoreExpression.captured;
import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.head;
import static heed.attention.ScoreExpression.keyPosition;
import static heed.attention.ScoreExpression.queryPosition;
import static heed.attention.ScoreExpression.score;

import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.cli.bench.BenchShape;
import heed.cli.bench.Computation;
import heed.cli.bench.PairScore;

/// What masks, caps and expressions over a shape compute: each feature in its built-in form and as an expression, and
/// what both mean.
///
/// @param shape sizes
record Computations(BenchShape shape) {
    private AttentionSpec.Builder spec() {
        return shape.spec(KeyLayout.rows()).toBuilder();
    }

    /// The shape with a causal mask.
    Computation causal() {
        return Computation.of(
                spec().mask(Mask.causal()).build(), PairScore.plain().causal());
    }

    /// The shape without a mask.
    Computation plain() {
        return Computation.of(spec().mask(Mask.none()).build(), PairScore.plain());
    }

    /// The usual slopes, `2^(−8 (h + 1) / heads)`.
    private float[] slopes() {
        float[] slopes = new float[shape.queryHeads()];
        for (int h = 0; h < slopes.length; h++) {
            slopes[h] = (float) Math.pow(2, -8.0 * (h + 1) / slopes.length);
        }
        return slopes;
    }

    private static PairScore biased(float[] slopes) {
        PairScore biased = (head, position, key, score) -> score + slopes[head] * (key - position);
        return biased.causal();
    }

    Computation alibi() {
        float[] slopes = slopes();
        Tensor tensor = Tensor.of(slopes, slopes.length);
        return Computation.of(
                spec().mask(Mask.causal().and(Mask.alibi())).build(),
                biased(slopes),
                arguments -> arguments.alibiSlopes(tensor));
    }

    Computation alibiExpression() {
        float[] slopes = slopes();
        Tensor tensor = Tensor.of(slopes, slopes.length);
        var distance = keyPosition().minus(queryPosition());
        return Computation.of(
                spec().mask(Mask.causal())
                        .score(score().plus(captured("slopes", head()).times(distance)))
                        .build(),
                biased(slopes),
                arguments -> arguments.captured("slopes", tensor));
    }

    private static PairScore capped(float cap) {
        PairScore capped = (_, _, _, score) -> cap * (float) Math.tanh(score / cap);
        return capped.causal();
    }

    Computation softcap(float cap) {
        return Computation.of(spec().mask(Mask.causal()).softcap(cap).build(), capped(cap));
    }

    Computation softcapExpression(float cap) {
        var expression = score().dividedBy(constant(cap)).tanh().times(constant(cap));
        return Computation.of(spec().mask(Mask.causal()).score(expression).build(), capped(cap));
    }

    private static PairScore within(int window) {
        PairScore within = (_, position, key, score) -> position - key < window ? score : Float.NEGATIVE_INFINITY;
        return within.causal();
    }

    /// The `window` keys that end with the query's own.
    Computation window(int window) {
        return Computation.of(spec().mask(Mask.slidingWindow(window - 1, 0)).build(), within(window));
    }

    Computation windowExpression(int window) {
        var seen = queryPosition()
                .minus(keyPosition())
                .lessThan(constant(window))
                .and(keyPosition().atMost(queryPosition()));
        return Computation.of(spec().mask(Mask.expression(seen)).build(), within(window));
    }
}
