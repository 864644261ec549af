package heed.attention;

/// A partial softmax over some keys: the running maximum `m` and the sum `d` of `exp(s − m)`.
///
/// States over disjoint keys merge with [#merge], which is commutative and associative up to rounding, with [#EMPTY]
/// as its exact identity: keys may be split over tiles, threads, pages or machines. The record is the definition;
/// kernels keep `m` and `d` in registers and cite it. Source: Milakov and Gimelshein 2018, arXiv:1805.02867, eq. 4;
/// FlashInfer `attention/state.cuh`.
///
/// @param max the largest score, −∞ for none
/// @param sum the sum of `exp(score − max)`, 0 for none
public record SoftmaxState(double max, double sum) {
    /// No key yet.
    public static final SoftmaxState EMPTY = new SoftmaxState(Double.NEGATIVE_INFINITY, 0);

    /// The state of one key.
    public static SoftmaxState of(double score) {
        return score == Double.NEGATIVE_INFINITY ? EMPTY : new SoftmaxState(score, 1);
    }

    /// The state over both sets of keys.
    public SoftmaxState merge(SoftmaxState other) {
        double m = Math.max(max, other.max);
        return new SoftmaxState(m, sum * rescale(m) + other.sum * other.rescale(m));
    }

    /// `exp(max − newMax)`: what values accumulated under this maximum are multiplied by. 0, not NaN, when nothing
    /// was seen.
    public double rescale(double newMax) {
        return max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(max - newMax);
    }

    /// Natural logarithm of the softmax denominator, `m + ln d`; −∞ when nothing was seen.
    public double logSumExp() {
        return max + Math.log(sum);
    }
}
