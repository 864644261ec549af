package heed.cli.bench;

/// What becomes of the score of a pair after the scale, in f32: the meaning of a mask, a cap or an expression, said
/// once more and plainly.
@FunctionalInterface
public interface PairScore {
    /// The score of query `position` and `key`, −∞ where it is hidden.
    float of(int head, int position, int key, float score);

    /// `score` unchanged.
    static PairScore plain() {
        return (_, _, _, score) -> score;
    }

    /// Only keys up to the position, and those as this has them.
    default PairScore causal() {
        return (head, position, key, score) ->
                key <= position ? of(head, position, key, score) : Float.NEGATIVE_INFINITY;
    }
}
