package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The running softmax of a row over blocks of keys.
///
/// With `m` a reference no key is far above and `d` the sum of `2^(x − m)`, a block updates
///
/// ```
/// p = 2^(x − m)    d' = d + Σ p
/// ```
///
/// Only where that overflows, or at a row's first block, does it look for the maximum and raise `m`; the caller
/// multiplies what it has accumulated by the factor that [SoftmaxRows#rescale] tells. So a block of scores is read
/// once, not twice: of the steps of an online softmax (Milakov and Gimelshein 2018, Algorithm 3; FlashAttention-2,
/// Algorithm 1, line 9) the maximum of every block is left out, as in FlashAttention-4's conditional rescaling. The
/// weights lie beside the scores, which are still there when the sum shows that `m` was too low.
///
/// The order of the sum is fixed by the keys' indices and the range that the row sees: two running vectors, then a
/// tree; a lane reduction of the Vector API would leave it open. A NaN score makes its own weight NaN and, through
/// the sum, its row.
///
/// The vector loops are methods of their own with two exponentials a step: the compiler's budget of nodes suffices
/// for that. A vector operation past the budget is boxed, 96 bytes each.
public final class OnlineSoftmax {
    /// Keys are taken two vectors at a time, from absolute multiples of it.
    private static final int STEP = 2 * WIDTH;

    /// A block whose weights sum to less had none that was far above the reference.
    private static final float MOST = 0x1p12f;

    private OnlineSoftmax() {}

    /// Turns scores `s[at + from … at + to)` of row `r` into weights at the same place of `w`, and updates its
    /// state. Scores and weights beside them, within whole steps, are overwritten.
    ///
    /// @param at begin of the row, a multiple of two vectors
    /// @param factor from scores to exponents of 2, not negative
    /// @param hides whether some of the scores may be −∞: hidden keys, which weigh 0 exactly
    /// @param lanes scratch of [Lanes#WIDTH] elements
    public static void update(
            float[] s,
            float[] w,
            int at,
            int from,
            int to,
            float factor,
            boolean hides,
            SoftmaxRows rows,
            int r,
            float[] lanes) {
        rows.keepScale(r);
        if (from >= to) {
            return;
        }
        int first = at + from / STEP * STEP;
        int last = at + (to + STEP - 1) / STEP * STEP;
        Arrays.fill(s, first, at + from, Float.NEGATIVE_INFINITY);
        Arrays.fill(s, at + to, last, Float.NEGATIVE_INFINITY);
        if (!rows.hasSeen(r)) {
            rows.raise(r, max(s, first, last), factor);
        }
        float sum = Float.NaN;
        if (!hides && rows.isNear(r)) {
            sum = nearWeights(s, w, at, from, to, factor, rows, r, lanes);
        }
        if (!(sum < MOST)) {
            rows.raise(r, max(s, first, last), factor);
            sum = weights(s, w, first, last, factor, rows.shift(r), -rows.exponent(r), lanes);
        }
        if (sum != 0 && !rows.hasSeen(r)) {
            rows.spoil(r);
        }
        rows.add(r, sum);
    }

    /// The fast loop over the whole steps, the careful one over those that the range cuts.
    private static float nearWeights(
            float[] s, float[] w, int at, int from, int to, float factor, SoftmaxRows rows, int r, float[] lanes) {
        int begin = at + (from + STEP - 1) / STEP * STEP;
        int end = at + to / STEP * STEP;
        float minus = -rows.exponent(r);
        if (begin >= end) {
            int first = at + from / STEP * STEP;
            int last = at + (to + STEP - 1) / STEP * STEP;
            return weights(s, w, first, last, factor, 0, minus, lanes);
        }
        float head = at + from < begin ? weights(s, w, begin - STEP, begin, factor, 0, minus, lanes) : 0;
        float sum = head + fastWeights(s, w, begin, end, factor, Exp2.MAGIC + minus, lanes);
        return end < at + to ? sum + weights(s, w, end, end + STEP, factor, 0, minus, lanes) : sum;
    }

    private static float fastWeights(float[] s, float[] w, int from, int to, float factor, float magic, float[] lanes) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector m = FloatVector.broadcast(F, magic);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int n = from; n < to; n += STEP) {
            FloatVector p0 = Exp2.weight(FloatVector.fromArray(F, s, n), f, m);
            FloatVector p1 = Exp2.weight(FloatVector.fromArray(F, s, n + WIDTH), f, m);
            p0.intoArray(w, n);
            p1.intoArray(w, n + WIDTH);
            d0 = d0.add(p0);
            d1 = d1.add(p1);
        }
        return sum(d0.add(d1), lanes);
    }

    private static float weights(
            float[] s, float[] w, int from, int to, float factor, float shift, float minus, float[] lanes) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector m = FloatVector.broadcast(F, minus);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int n = from; n < to; n += STEP) {
            FloatVector p0 = Exp2.of(FloatVector.fromArray(F, s, n).sub(shift).fma(f, m));
            FloatVector p1 =
                    Exp2.of(FloatVector.fromArray(F, s, n + WIDTH).sub(shift).fma(f, m));
            p0.intoArray(w, n);
            p1.intoArray(w, n + WIDTH);
            d0 = d0.add(p0);
            d1 = d1.add(p1);
        }
        return sum(d0.add(d1), lanes);
    }

    /// Compares with `>`, which never picks a NaN; the API's maximum would, at five instructions.
    private static float max(float[] s, int from, int to) {
        FloatVector m0 = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        for (int n = from; n < to; n += STEP) {
            m0 = larger(m0, FloatVector.fromArray(F, s, n));
            m1 = larger(m1, FloatVector.fromArray(F, s, n + WIDTH));
        }
        return larger(m0, m1).reduceLanes(VectorOperators.MAX);
    }

    private static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static float sum(FloatVector vector, float[] lanes) {
        vector.intoArray(lanes, 0);
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = 0; n < half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[0];
    }
}
