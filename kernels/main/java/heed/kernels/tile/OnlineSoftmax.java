package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// The running softmax of a row over blocks of keys.
///
/// With `m` the running maximum and `d` the running sum of `e^(s − m)`, a block updates
///
/// ```
/// m' = max(m, max s)    p = e^(s − m')    d' = d · e^(m − m') + Σ p
/// ```
///
/// and the caller multiplies what it has accumulated by `e^(m − m')`. Reads a block of scores twice and writes it once.
/// The order of the sum is fixed by the key's index alone: two running vectors, then a tree; a lane reduction of the
/// Vector API would leave it open. `m` compares with `>`, which never picks a NaN: a NaN score makes its own weight
/// NaN and, through the sum, its row. Source: Milakov and Gimelshein 2018, Algorithm 3; FlashAttention-2, Algorithm 1,
/// line 9.
///
/// One method on purpose, of more than 325 bytecodes and with two exponentials a step: so the compiler never inlines it
/// into a caller, and its own budget of nodes suffices. A vector operation past that budget is boxed, 96 bytes each.
public final class OnlineSoftmax {
    private OnlineSoftmax() {}

    /// Turns the scores `s[from … to)` of one row into weights `e^(s − m)`, in place, and updates its state.
    ///
    /// `from` and `to` lie whole panels apart; a hidden key has score −∞ and gets the weight 0, exactly.
    ///
    /// @param state `m` at `row`, `d` at `row + 1`, and at `row + 2` the factor for what was accumulated so far
    /// @param lanes scratch of [Lanes#WIDTH] elements
    public static void update(float[] s, int from, int to, float[] state, int row, float[] lanes) {
        FloatVector m0 = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector m1 = m0;
        FloatVector m2 = m0;
        FloatVector m3 = m0;
        for (int at = from; at < to; at += PANEL) {
            m0 = larger(m0, FloatVector.fromArray(F, s, at));
            m1 = larger(m1, FloatVector.fromArray(F, s, at + WIDTH));
            m2 = larger(m2, FloatVector.fromArray(F, s, at + 2 * WIDTH));
            m3 = larger(m3, FloatVector.fromArray(F, s, at + 3 * WIDTH));
        }
        float old = state[row];
        float max = Math.max(old, larger(larger(m0, m1), larger(m2, m3)).reduceLanes(VectorOperators.MAX));
        if (max == Float.NEGATIVE_INFINITY) {
            max = 0; // no key seen yet: keeps (−∞) − m at −∞, and a NaN score at NaN
        }
        FloatVector m = FloatVector.broadcast(F, max);
        FloatVector d0 = FloatVector.zero(F);
        FloatVector d1 = d0;
        for (int at = from; at < to; at += 2 * WIDTH) {
            FloatVector p0 = Exp.of(FloatVector.fromArray(F, s, at).sub(m));
            FloatVector p1 = Exp.of(FloatVector.fromArray(F, s, at + WIDTH).sub(m));
            p0.intoArray(s, at);
            p1.intoArray(s, at + WIDTH);
            d0 = d0.add(p0);
            d1 = d1.add(p1);
        }
        d0.add(d1).intoArray(lanes, 0);
        float sum = treeSum(lanes);
        float rescale = max == old ? 1 : Exp.of(old - max);
        state[row] = sum == 0 && old == Float.NEGATIVE_INFINITY ? old : max;
        state[row + 1] = state[row + 1] * rescale + sum;
        state[row + 2] = rescale;
    }

    private static FloatVector larger(FloatVector m, FloatVector s) {
        return m.blend(s, s.compare(VectorOperators.GT, m));
    }

    private static float treeSum(float[] lanes) {
        for (int half = WIDTH / 2; half > 0; half /= 2) {
            for (int n = 0; n < half; n++) {
                lanes[n] += lanes[n + half];
            }
        }
        return lanes[0];
    }
}
