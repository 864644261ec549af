package heed.attention;

/// A score expression that does not give a number for a pair, which it names; an index of a captured tensor that
/// does not exist likewise. What other sequences wrote stands.
public final class ScoreExpressionException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    ScoreExpressionException(String rule, int sequence, int head, int query, int key, double score) {
        super("%s: sequence=%d, head=%d, query=%d, key=%d, score=%s"
                .formatted(rule, sequence, head, query, key, score));
    }

    ScoreExpressionException(String message) {
        super(message);
    }
}
