package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
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
/// multiplies what it has accumulated by the factor that [SoftmaxRows#rescale] tells. So a block of scores is
/// read once, not twice: of the steps of an online softmax (Milakov and Gimelshein 2018, Algorithm 3;
/// FlashAttention-2, Algorithm 1, line 9) the maximum of every block is left out, as in FlashAttention-4's
/// conditional rescaling. The weights lie beside the scores, which are still there when the sum shows that `m`
/// was too low.
///
/// The order of the sum is fixed by the key's index alone: two running vectors, then a tree; a lane reduction of
/// the Vector API would leave it open. A NaN score makes its own weight NaN and, through the sum, its row.
///
/// The two loops with exponentials are methods of more than 325 bytecodes each, sums by lanes and all, and take
/// at most two exponentials a step: so the compiler never inlines them into a caller, and its own budget of
/// nodes suffices. A vector operation past that budget is boxed, as is a vector that goes to or comes from a
/// method at a call too seldom to be inlined: what ends a loop calls none.
public final class OnlineSoftmax {
    /// Keys are taken two vectors at a time, from absolute multiples of it.
    private static final int STEP = 2 * WIDTH;

    /// A block whose weights sum to less had none that was far above the reference.
    private static final float MOST = 0x1p12f;

    /// Exponents so far below the reference weigh 0, and their fraction is still one.
    private static final float FAR = 1000;

    private OnlineSoftmax() {}

    /// Turns the scores of columns `from … to` of row `r`, which begins at `scoresAt`, into weights of the row
    /// that begins at `at`, and updates its state. Scores beside them, within whole steps, are overwritten.
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
            double factor,
            boolean hides,
            SoftmaxRows rows,
            int r,
            float[] lanes) {
        rows.keepScale(r);
        if (from >= to) {
            return;
        }
        if (!rows.hasSeen(r)) {
            careful(w, scoresAt, at, from, to, factor, false, rows, r, lanes);
        }
        float sum = Float.NaN;
        if (!hides && rows.isNear(r)) {
            sum = fast(w, scoresAt, at, from, to, factor, rows, r, lanes);
        }
        if (Float.isNaN(sum)) {
            sum = careful(w, scoresAt, at, from, to, factor, true, rows, r, lanes);
        }
        if (sum != 0 && !rows.hasSeen(r)) {
            rows.spoil(r);
        }
        rows.add(r, sum);
    }

    /// Weights of scores that are near the reference and not −∞, and their sum; NaN if they may be too large for
    /// it, or were not near. Those beside the range, in a step that it cuts, become numbers so low that they
    /// weigh 0.
    private static float fast(
            float[] w, int scoresAt, int at, int from, int to, double factor, SoftmaxRows rows, int r, float[] lanes) {
        int first = from / STEP * STEP;
        int last = (to + STEP - 1) / STEP * STEP;
        float exponent = rows.exponent(r);
        float low = (float) ((exponent - FAR) / factor);
        if (low == Float.NEGATIVE_INFINITY) {
            return Float.NaN;
        }
        Arrays.fill(w, scoresAt + first, scoresAt + from, low);
        Arrays.fill(w, scoresAt + to, scoresAt + last, low);
        float high = (float) factor;
        FloatVector f = FloatVector.broadcast(F, high);
        FloatVector l = FloatVector.broadcast(F, (float) (factor - high));
        FloatVector m = FloatVector.broadcast(F, Exp2.MAGIC - exponent);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int n = first; n < last; n += STEP) {
            int score = scoresAt + n;
            FloatVector x0 = FloatVector.fromArray(F, w, score);
            FloatVector x1 = FloatVector.fromArray(F, w, score + WIDTH);
            FloatVector p0 = Exp2.weight(x0, f, l, m);
            FloatVector p1 = Exp2.weight(x1, f, l, m);
            int weight = at + n;
            p0.intoArray(w, weight);
            p1.intoArray(w, weight + WIDTH);
            d0 = d0.add(p0);
            d1 = d1.add(p1);
        }
        d0.add(d1).intoArray(lanes, 0);
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = 0; n < half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[0] < MOST ? lanes[0] : Float.NaN;
    }

    /// Raises the reference to the maximum of scores of any size, hidden keys among them; with `weighs`, makes
    /// them weights and returns their sum.
    private static float careful(
            float[] w,
            int scoresAt,
            int at,
            int from,
            int to,
            double factor,
            boolean weighs,
            SoftmaxRows rows,
            int r,
            float[] lanes) {
        int begin = from / STEP * STEP;
        int end = (to + STEP - 1) / STEP * STEP;
        Arrays.fill(w, scoresAt + begin, scoresAt + from, Float.NEGATIVE_INFINITY);
        Arrays.fill(w, scoresAt + to, scoresAt + end, Float.NEGATIVE_INFINITY);
        // compared with `>`, which never picks a NaN; the API's maximum would, at five instructions
        FloatVector m0 = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        for (int n = scoresAt + begin; n < scoresAt + end; n += STEP) {
            FloatVector x0 = FloatVector.fromArray(F, w, n);
            FloatVector x1 = FloatVector.fromArray(F, w, n + WIDTH);
            m0 = m0.blend(x0, x0.compare(VectorOperators.GT, m0));
            m1 = m1.blend(x1, x1.compare(VectorOperators.GT, m1));
        }
        m0.blend(m1, m1.compare(VectorOperators.GT, m0)).intoArray(lanes, 0);
        float max = lanes[0];
        for (int n = 1; n < WIDTH; n++) {
            max = lanes[n] > max ? lanes[n] : max;
        }
        rows.raise(r, max, factor);
        if (!weighs) {
            return 0;
        }
        float high = (float) factor;
        FloatVector f = FloatVector.broadcast(F, high);
        FloatVector l = FloatVector.broadcast(F, (float) (factor - high));
        FloatVector m = FloatVector.broadcast(F, -rows.exponent(r));
        FloatVector magic = FloatVector.broadcast(F, Exp2.MAGIC - rows.exponent(r));
        float shift = rows.shift(r);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int n = begin; n < end; n += WIDTH) { // one exponential a step, its sums by turns as in the fast loop
            FloatVector x = FloatVector.fromArray(F, w, scoresAt + n).sub(shift);
            VectorMask<Float> underflow = x.fma(f, m).compare(VectorOperators.LT, Exp2.LEAST);
            FloatVector p = Exp2.weight(x, f, l, magic).blend(0, underflow);
            p.intoArray(w, at + n);
            FloatVector sum = d0.add(p);
            d0 = d1;
            d1 = sum;
        }
        d0.add(d1).intoArray(lanes, 0);
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = 0; n < half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[0];
    }
}
