package heed.kernels.tile;

import static heed.kernels.tile.Lanes.WIDTH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/// One row's softmax on its way through blocks of keys, with all weights as a caller would have rescaled them.
///
/// Rescaling is done in double, so that what is judged are the kernel's weights and factors alone.
final class RunningRow {
    private static final double UNIT = 0x1p-24;

    /// What [Exp] promises.
    private static final double EXP_ERROR = 0x1p-22;

    /// Weights below it may come out as 0.
    private static final double LEAST = 2 * Float.MIN_NORMAL;

    private final double sink;
    private final float[] state;
    private double[] weights = {};
    private int blocks;

    /// A row that has seen its sink; −∞ is none.
    RunningRow(float sink) {
        this.sink = sink;
        state = new float[] {sink, sink == Float.NEGATIVE_INFINITY ? 0 : 1, Float.NaN};
    }

    float max() {
        return state[0];
    }

    float sum() {
        return state[1];
    }

    float rescale() {
        return state[2];
    }

    /// Takes the next block of scores and returns its weights.
    float[] update(float[] scores) {
        float[] block = scores.clone();
        OnlineSoftmax.update(block, 0, block.length, state, 0, new float[WIDTH]);
        double[] all = Arrays.copyOf(weights, weights.length + block.length);
        for (int j = 0; j < all.length; j++) {
            all[j] = j < weights.length ? all[j] * rescale() : block[j - weights.length];
        }
        weights = all;
        blocks++;
        return block;
    }

    /// Holds weights, sum and log-sum-exp against those of all `scores` in double.
    ///
    /// A weight is a product of one exponential per block, whose arguments add up to `s − m`. Each errs by
    /// `EXP_ERROR`, the subtraction before it by `u` of its argument, so the weight relative to the largest by
    ///
    /// ```
    /// e(s) = blocks · EXP_ERROR + u · (m − s)
    /// ```
    ///
    /// and the sum by that of its terms and `u` of itself for each addition and each rescaling.
    void judge(float[] scores, String what) {
        double max = sink;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        if (max == Double.NEGATIVE_INFINITY) {
            assertEquals(0, sum(), what);
            return;
        }
        double scale = Math.exp(max() - max); // the kernel's maximum need not be the row's
        double sum = Math.exp(sink - max);
        double sumError = sum * error(max - sink);
        for (int j = 0; j < scores.length; j++) {
            double exact = Math.exp(scores[j] - max);
            double allowed = exact * error(max - scores[j]) + LEAST;
            double off = Math.abs(weights[j] * scale - exact);
            assertTrue(off <= allowed, "%s: weight %d is off by %.3g, allowed %.3g".formatted(what, j, off, allowed));
            assertTrue(scores[j] != Float.NEGATIVE_INFINITY || weights[j] == 0, what + ": a hidden key weighs " + j);
            sum += exact;
            sumError += allowed;
        }
        sumError += sum * (scores.length + 2 * blocks) * UNIT;
        double off = Math.abs(sum() * scale - sum);
        assertTrue(off <= sumError, "%s: sum is off by %.3g, allowed %.3g".formatted(what, off, sumError));
    }

    /// Second-order terms are nothing against the blocks counted once too often.
    private double error(double distance) {
        return distance == Double.POSITIVE_INFINITY ? 0 : (blocks + 1) * EXP_ERROR + UNIT * distance;
    }
}
