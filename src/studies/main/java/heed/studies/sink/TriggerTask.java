package heed.studies.sink;

import heed.studies.math.Matrix;
import java.util.random.RandomGenerator;

/// Sequences of a first token and others that carry a trigger or not, and what is asked of each: with a trigger
/// the mean of the tokens before it, the first one apart, else 0.
///
/// Rows of `inputs` are of the kind (first, trigger, plain: one of three is 1) and of content N(0, 1); the
/// first token has no content. A token is not to see itself: queries are tokens 1 to n - 1, keys tokens 0 to n
/// - 2, and the mask is causal.
///
/// @param queries `[batch · (n - 1), DIM]`
/// @param keys `[batch · (n - 1), DIM]`
/// @param targets `[batch · (n - 1), DIM]`, 0 where inputs have their kind
/// @param trigger of each query
record TriggerTask(Matrix queries, Matrix keys, Matrix targets, boolean[] trigger) {
    static final int DIM = 32;
    static final int LENGTH = 16;

    /// Rows of queries and of keys of a sequence.
    static final int ROWS = LENGTH - 1;

    private static final int KINDS = 3;

    /// A batch of sequences.
    static TriggerTask drawn(RandomGenerator random, int batch) {
        TriggerTask task = new TriggerTask(
                Matrix.zeros(batch * ROWS, DIM),
                Matrix.zeros(batch * ROWS, DIM),
                Matrix.zeros(batch * ROWS, DIM),
                new boolean[batch * ROWS]);
        for (int b = 0; b < batch; b++) {
            task.draw(random, b * ROWS);
        }
        return task;
    }

    private void draw(RandomGenerator random, int first) {
        double[] sum = new double[DIM];
        keys.set(first, 0, 1);
        for (int t = 1; t < LENGTH; t++) {
            int row = first + t - 1;
            trigger[row] = random.nextBoolean();
            if (trigger[row] && t > 1) {
                for (int d = KINDS; d < DIM; d++) {
                    targets.set(row, d, sum[d] / (t - 1));
                }
            }
            queries.set(row, trigger[row] ? 1 : 2, 1);
            for (int d = KINDS; d < DIM; d++) {
                queries.set(row, d, random.nextGaussian());
                sum[d] += queries.get(row, d);
            }
            if (t < LENGTH - 1) {
                System.arraycopy(queries.elements(), queries.at(row), keys.elements(), keys.at(row + 1), DIM);
            }
        }
    }

    /// Whether row `row` has a choice: the first query sees one key alone.
    boolean chooses(int row) {
        return row % ROWS > 0;
    }
}
