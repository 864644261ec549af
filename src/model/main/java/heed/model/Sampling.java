package heed.model;

/// How the next token is chosen among those that the logits make likely.
///
/// @param temperature what logits are divided by; 0 takes the most likely token, the first of equals
/// @param topP tokens are drawn from the most likely ones whose probabilities reach this sum (Holtzman et al.
///     2019, arXiv:1904.09751); 1 draws from all
/// @param seed of the draws: continuation `n` draws as the only one of seed `seed + n` would
public record Sampling(double temperature, double topP, long seed) {
    /// The most likely token, always.
    public static final Sampling GREEDY = new Sampling(0, 1, 0);

    /// Checks the numbers.
    public Sampling {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new IllegalArgumentException(
                    "temperature must be a number from 0, which is greedy: temperature=" + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must be above 0 and at most 1: topP=" + topP);
        }
    }
}
