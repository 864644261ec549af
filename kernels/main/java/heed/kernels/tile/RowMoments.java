package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Sums over the weights of a row beside the softmax's own: what entropy, `Σp²` and the largest score are made
/// of.
///
/// With `w = 2^u` the weight of a key and `u` its score to base 2 above the row's reference, a row keeps `Σ w`,
/// `Σ w · u` and `Σ w²`. A reference that rises by `δ` makes of them
///
/// ```
/// Σ w → 2^−δ · Σ w        Σ w · u → 2^−δ · (Σ w · u − δ · Σ w)        Σ w² → 2^−2δ · Σ w²
/// ```
///
/// and splits merge by the same rule. A block costs a second look at its scores and weights, 8 instructions a
/// vector.
public final class RowMoments {
    private final double[] sum;
    private final double[] weighted;
    private final double[] squares;
    private final double[] max;
    private final float[] lanes = new float[4 * WIDTH];

    /// Of `rows` rows that have seen nothing.
    public RowMoments(int rows) {
        sum = new double[rows];
        weighted = new double[rows];
        squares = new double[rows];
        max = new double[rows];
    }

    /// Bytes held.
    public long bytes() {
        return 4L * Double.BYTES * sum.length + (long) Float.BYTES * lanes.length;
    }

    /// Forgets what row `r` saw.
    public void clear(int r) {
        sum[r] = 0;
        weighted[r] = 0;
        squares[r] = 0;
        max[r] = Double.NEGATIVE_INFINITY;
    }

    /// Adds a block of weights of row `r` after [OnlineSoftmax#update] has made them; a weight of 0 is no key.
    ///
    /// @param factor from scores to exponents of 2
    public void add(float[] w, int scoresAt, int at, int from, int to, float factor, SoftmaxRows rows, int r) {
        double rise = -log2(rows.rescale(r));
        shift(r, rise);
        FloatVector one = FloatVector.zero(F);
        FloatVector two = one;
        FloatVector three = one;
        FloatVector most = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector reference = FloatVector.broadcast(F, -rows.exponent(r));
        float shift = rows.shift(r);
        for (int n = from; n < to; n += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, w, scoresAt + n);
            FloatVector p = FloatVector.fromArray(F, w, at + n);
            VectorMask<Float> none = p.compare(VectorOperators.EQ, 0);
            FloatVector u = x.sub(shift).fma(f, reference).blend(0, none);
            one = one.add(p);
            two = p.fma(u, two);
            three = p.fma(p, three);
            x = x.blend(Float.NEGATIVE_INFINITY, none);
            most = most.blend(x, x.compare(VectorOperators.GT, most));
        }
        one.intoArray(lanes, 0);
        two.intoArray(lanes, WIDTH);
        three.intoArray(lanes, 2 * WIDTH);
        most.intoArray(lanes, 3 * WIDTH);
        for (int n = 0; n < WIDTH; n++) {
            sum[r] += lanes[n];
            weighted[r] += lanes[WIDTH + n];
            squares[r] += lanes[2 * WIDTH + n];
            max[r] = Math.max(max[r], (double) lanes[3 * WIDTH + n] * factor);
        }
    }

    /// Merges row `r` of `other`, whose reference is `otherReference`, into row `r` here, whose reference is
    /// `reference`.
    ///
    /// @return the reference of both, the higher
    public double merge(int r, double reference, RowMoments other, int otherRow, double otherReference) {
        if (other.sum[otherRow] == 0) {
            return reference;
        }
        double common = sum[r] == 0 ? otherReference : Math.max(reference, otherReference);
        if (sum[r] != 0) {
            shift(r, common - reference);
        }
        double fall = common - otherReference;
        double keep = Math.pow(2, -fall);
        weighted[r] += keep == 0 ? 0 : keep * (other.weighted[otherRow] - fall * other.sum[otherRow]);
        squares[r] += keep * keep * other.squares[otherRow];
        sum[r] += keep * other.sum[otherRow];
        max[r] = Math.max(max[r], other.max[otherRow]);
        return common;
    }

    /// Copies row `from` of `other` to row `to`.
    public void copy(int to, RowMoments other, int from) {
        sum[to] = other.sum[from];
        weighted[to] = other.weighted[from];
        squares[to] = other.squares[from];
        max[to] = other.max[from];
    }

    private void shift(int r, double rise) {
        double keep = Math.pow(2, -rise);
        weighted[r] = keep == 0 ? 0 : keep * (weighted[r] - rise * sum[r]);
        squares[r] *= keep * keep;
        sum[r] *= keep;
    }

    private static double log2(double x) {
        return x == 1 ? 0 : Math.log(x) / Math.log(2);
    }

    /// `−Σ p ln p` of row `r`, in nats; 0 if it saw nothing.
    public double entropy(int r) {
        return sum[r] == 0 ? 0 : Math.log(sum[r]) - Math.log(2) * weighted[r] / sum[r];
    }

    /// `Σ p²` of row `r`; 0 if it saw nothing.
    public double sumOfSquares(int r) {
        return sum[r] == 0 ? 0 : squares[r] / (sum[r] * sum[r]);
    }

    /// The largest score of row `r`, natural; −∞ if it saw nothing, NaN if a score is.
    public double maxScore(int r) {
        return Double.isNaN(sum[r]) ? Double.NaN : max[r] * Math.log(2);
    }
}
