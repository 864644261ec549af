package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.Arrays;

/// One row's softmax on its way through blocks of keys, with all weights as a caller would have rescaled them.
///
/// Rescaling is done in double, so that what is judged are the kernel's weights and factors alone.
final class RunningRow {
    /// What [OnlineSoftmax] takes at once.
    static final int STEP = 2 * WIDTH;

    private static final double UNIT = 0x1p-24;
    private static final double LN_2 = Math.log(2);

    /// What [Exp2] promises.
    private static final double EXP_ERROR = 0x1p-23;

    /// To base 2, how far above its reference a key may be: a block sums to less than 2¹².
    private static final double HEADROOM = 12;

    /// Weights below 2⁻¹²⁶ of the reference, itself at most 1 above the maximum, may come out as 0; so may what a
    /// factor below 2⁻¹⁴⁹ rescales, at most 2¹² of it.
    private static final double LEAST = 0x1p-125 + 0x1p-136;

    /// What stands beside the scores.
    private float outside = Float.NaN;

    /// Where the row begins in its array.
    private int at = STEP;

    private final float factor;
    private final boolean hides;
    private final SoftmaxRows rows = new SoftmaxRows(1);
    private double[] weights = {};
    private int blocks;
    private int longest;

    RunningRow(float factor, boolean hides) {
        this.factor = factor;
        this.hides = hides;
    }

    /// The row, with something else beside its scores.
    RunningRow beside(float other) {
        outside = other;
        return this;
    }

    /// The row, with another begin.
    RunningRow from(int steps) {
        at = steps * STEP;
        return this;
    }

    double reference() {
        return rows.reference(0);
    }

    double sum() {
        return rows.sum(0);
    }

    float rescale() {
        return rows.rescale(0);
    }

    /// Takes the next block of scores, at its begin, and returns their weights.
    float[] update(float[] scores) {
        return update(scores, 0);
    }

    /// Takes the next block of scores, from column `from` on, and returns their weights. The scores lie right behind
    /// the weights' row, which is as near as they may.
    float[] update(float[] scores, int from) {
        int to = from + scores.length;
        int scoresAt = at + Lanes.roundUp(to, STEP);
        float[] w = new float[scoresAt + Lanes.roundUp(to, STEP) + STEP];
        Arrays.fill(w, outside);
        System.arraycopy(scores, 0, w, scoresAt + from, scores.length);
        OnlineSoftmax.update(w, scoresAt, at, from, to, factor, hides, rows, 0, new float[WIDTH]);
        float[] after = Arrays.copyOfRange(w, scoresAt + from, scoresAt + to);
        assertTrue(Arrays.equals(scores, after), "scores were written");
        assertBeside(w, scoresAt, from, to);
        float[] block = Arrays.copyOfRange(w, at + from, at + to);
        take(block);
        return block;
    }

    /// Within the steps that the range cuts, scores may be anything and weights are 0; all else stays.
    private void assertBeside(float[] w, int scoresAt, int from, int to) {
        int first = from / STEP * STEP;
        int last = from == to ? first : Lanes.roundUp(to, STEP);
        for (int n = 0; n < w.length; n++) {
            int column = n < scoresAt ? n - at : n - scoresAt;
            boolean inStep = first <= column && column < last;
            boolean isKept = Float.compare(w[n], outside) == 0;
            boolean isFine = inStep ? n >= scoresAt || w[n] == 0 : isKept;
            if (!isFine && (column < from || column >= to)) {
                String what = n < scoresAt ? "weight" : "score";
                fail("%s %d beside columns %d to %d is %s".formatted(what, column, from, to, w[n]));
            }
        }
    }

    private void take(float[] block) {
        double[] all = Arrays.copyOf(weights, weights.length + block.length);
        for (int j = 0; j < all.length; j++) {
            all[j] = j < weights.length ? all[j] * rescale() : block[j - weights.length];
        }
        weights = all;
        blocks++;
        longest = Math.max(longest, block.length);
    }

    /// Holds reference, weights and sum against those of all `scores` in double, where `x = factor · s` is exact.
    ///
    /// A weight errs by that of the exponential and by that of its argument, a difference `z` rounded at
    /// most twice; the factors that rescale it are rounded once a block. With `m` the largest `x`, whatever the
    /// reference was then, `|z| ≤ m − x + HEADROOM`, so the weight relative to the largest errs by
    ///
    /// ```
    /// e(x) = EXP_ERROR + ln 2 · 2u · (m − x + HEADROOM) + blocks · u
    /// ```
    ///
    /// and the sum by that of its terms and `u` of itself for each addition on the way to it.
    void judge(float[] scores, String what) {
        double max = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, (double) factor * score);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            assertEquals(0, sum(), what);
            assertEquals(max, reference(), what);
            return;
        }
        double above = reference() - max;
        assertTrue(above <= 1 && above >= -HEADROOM - 2 * EXP_ERROR, what + ": the reference is above by " + above);
        double scale = Math.pow(2, above);
        double sum = 0;
        double sumError = 0;
        for (int j = 0; j < scores.length; j++) {
            double distance = max - (double) factor * scores[j];
            double exact = Math.pow(2, -distance);
            double allowed = exact == 0 ? LEAST : exact * error(distance) + LEAST;
            double off = Math.abs(weights[j] * scale - exact);
            if (!(off <= allowed)) {
                fail("%s: weight %d is off by %.3g, allowed %.3g".formatted(what, j, off, allowed));
            }
            if (scores[j] == Float.NEGATIVE_INFINITY && weights[j] != 0) {
                fail("%s: the hidden key %d weighs %s".formatted(what, j, weights[j]));
            }
            sum += exact;
            sumError += allowed;
        }
        sumError += sum * (additions() + blocks) * UNIT;
        double off = Math.abs(sum() * scale - sum);
        assertTrue(off <= sumError, "%s: sum is off by %.3g, allowed %.3g".formatted(what, off, sumError));
    }

    /// Second-order terms are nothing against the block counted once too often.
    private double error(double distance) {
        return EXP_ERROR + LN_2 * 2 * UNIT * (distance + HEADROOM) + (blocks + 1) * UNIT;
    }

    /// Roundings of a term of a block's sum: steps, two running vectors, the tree, the steps that the range cuts.
    private int additions() {
        return Math.ceilDiv(longest, STEP) + 1 + Integer.numberOfTrailingZeros(WIDTH) + 1 + 2;
    }
}
