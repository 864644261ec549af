package heed.studies.sink;

import heed.studies.math.Matrix;
import heed.studies.train.RmsNorm;
import java.util.Random;
import java.util.random.RandomGenerator;

/// One channel that dominates a row of N(0, 1): `x_c = A`. An RMSNorm keeps the proportions, and the key of
/// such a row is nearly row c of `W_K`, whatever the rest holds.
///
/// @param ratio `max |x_j| / mean |x_j|`, about `A / (√(2/π) + A/d)`
/// @param cosine of x and `e_c`, about `A / √(A² + d − 1)`
/// @param keyCosine of `x W_K` and row c of `W_K`
record Dominance(double ratio, double cosine, double keyCosine) {
    static final int DIM = 4096;
    private static final int CHANNEL = 17;
    private static final int KEY_DIM = 64;

    /// Means over `rows` drawn rows, after RMSNorm.
    static Dominance of(double planted, int rows, long seed) {
        RandomGenerator random = new Random(seed);
        Matrix toKey = Matrix.gaussian(random, DIM, KEY_DIM, 1 / Math.sqrt(DIM));
        Matrix x = Matrix.gaussian(random, rows, DIM, 1);
        for (int i = 0; i < rows; i++) {
            x.set(i, CHANNEL, planted);
        }
        Matrix normal = RmsNorm.plain(1e-6).forward(x);
        Matrix keys = normal.times(toKey);
        double row = Math.sqrt(toKey.dot(CHANNEL, toKey, CHANNEL));
        double ratio = 0;
        double cosine = 0;
        double keyCosine = 0;
        for (int i = 0; i < rows; i++) {
            ratio += ratio(normal, i) / rows;
            cosine += normal.get(i, CHANNEL) / Math.sqrt(normal.dot(i, normal, i)) / rows;
            keyCosine += keys.dot(i, toKey, CHANNEL) / (row * Math.sqrt(keys.dot(i, keys, i))) / rows;
        }
        return new Dominance(ratio, cosine, keyCosine);
    }

    /// `max |x_j| / mean |x_j|` of row `i`.
    static double ratio(Matrix rows, int i) {
        double most = 0;
        double sum = 0;
        for (double element : rows.row(i)) {
            most = Math.max(most, Math.abs(element));
            sum += Math.abs(element);
        }
        return most / (sum / rows.columns());
    }
}
