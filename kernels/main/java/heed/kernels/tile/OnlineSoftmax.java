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
/// The order of the sum is fixed by the key's index alone: two running vectors, then a tree; a lane reduction of the
/// Vector API would leave it open. A NaN score makes its own weight NaN and, through the sum, its row.
///
/// The vector loops are methods of their own with two exponentials a step: the compiler's budget of nodes suffices
/// for that. A vector operation past the budget is boxed, 96 bytes each.
public final class OnlineSoftmax {
    /// Keys are taken two vectors at a time, from absolute multiples of it.
    private static final int STEP = 2 * WIDTH;

    /// A block whose weights sum to less had none that was far above the reference.
    private static final float MOST = 0x1p12f;

    private OnlineSoftmax() {}

    /// Turns the scores of columns `from … to` of row `r`, which begins at `scoresAt`, into weights of the row that
    /// begins at `at`, and updates its state. Scores beside them, within whole steps, are overwritten.
    ///
    /// @param at a multiple of two vectors, as is `scoresAt`; the two lie at least a row apart
    /// @param factor from scores to exponents of 2, positive
    /// @param hides whether some of the scores may be −∞: hidden keys, which weigh 0 exactly
    /// @param lanes scratch of [Lanes#WIDTH] elements
    public static void update(
            float[] w,
            int scoresAt,
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
        int first = from / STEP * STEP;
        int last = (to + STEP - 1) / STEP * STEP;
        if (first < from || to < last) {
            Arrays.fill(w, scoresAt + first, scoresAt + from, Float.NEGATIVE_INFINITY);
            Arrays.fill(w, scoresAt + to, scoresAt + last, Float.NEGATIVE_INFINITY);
        }
        if (!rows.hasSeen(r)) {
            rows.raise(r, max(w, scoresAt + first, scoresAt + last), factor);
        }
        float sum = Float.NaN;
        if (!hides && rows.isNear(r)) {
            sum = nearWeights(w, scoresAt, at, from, to, factor, rows.exponent(r), lanes);
        }
        if (!(sum < MOST)) {
            rows.raise(r, max(w, scoresAt + first, scoresAt + last), factor);
            float shift = rows.shift(r);
            sum = weights(w, scoresAt, at, first, last, factor, shift, -rows.exponent(r), lanes);
        }
        if (sum != 0 && !rows.hasSeen(r)) {
            rows.spoil(r);
        }
        rows.add(r, sum);
    }

    /// The fast loop over the whole steps, the careful one over those that the range cuts.
    private static float nearWeights(
            float[] w, int scoresAt, int at, int from, int to, float factor, float exponent, float[] lanes) {
        int begin = (from + STEP - 1) / STEP * STEP;
        int end = to / STEP * STEP;
        if (begin >= end) {
            int first = from / STEP * STEP;
            int last = (to + STEP - 1) / STEP * STEP;
            return weights(w, scoresAt, at, first, last, factor, 0, -exponent, lanes);
        }
        float head = from < begin ? weights(w, scoresAt, at, begin - STEP, begin, factor, 0, -exponent, lanes) : 0;
        float sum = head + fastWeights(w, scoresAt, at, begin, end, factor, Exp2.MAGIC - exponent, lanes);
        return end < to ? sum + weights(w, scoresAt, at, end, end + STEP, factor, 0, -exponent, lanes) : sum;
    }

    private static float fastWeights(
            float[] w, int scoresAt, int at, int from, int to, float factor, float magic, float[] lanes) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector m = FloatVector.broadcast(F, magic);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int n = from; n < to; n += STEP) {
            FloatVector p0 = Exp2.weight(FloatVector.fromArray(F, w, scoresAt + n), f, m);
            FloatVector p1 = Exp2.weight(FloatVector.fromArray(F, w, scoresAt + n + WIDTH), f, m);
            p0.intoArray(w, at + n);
            p1.intoArray(w, at + n + WIDTH);
            d0 = d0.add(p0);
            d1 = d1.add(p1);
        }
        d0.add(d1).intoArray(lanes, 0);
        return sum(lanes);
    }

    private static float weights(
            float[] w, int scoresAt, int at, int from, int to, float factor, float shift, float minus, float[] lanes) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector m = FloatVector.broadcast(F, minus);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int n = from; n < to; n += STEP) {
            FloatVector p0 =
                    Exp2.of(FloatVector.fromArray(F, w, scoresAt + n).sub(shift).fma(f, m));
            FloatVector p1 = Exp2.of(
                    FloatVector.fromArray(F, w, scoresAt + n + WIDTH).sub(shift).fma(f, m));
            p0.intoArray(w, at + n);
            p1.intoArray(w, at + n + WIDTH);
            d0 = d0.add(p0);
            d1 = d1.add(p1);
        }
        d0.add(d1).intoArray(lanes, 0);
        return sum(lanes);
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

    private static float sum(float[] lanes) {
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = 0; n < half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[0];
    }
}
