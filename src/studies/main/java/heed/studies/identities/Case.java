package heed.studies.identities;

import heed.studies.math.Matrix;
import java.util.Random;
import java.util.random.RandomGenerator;

/// The tensors that all identities are shown on: random, of unequal sizes.
///
/// @param beta softmaxScale
/// @param query `[N, D]`
/// @param key `[N, D]`
/// @param value `[N, V]`
record Case(double beta, Matrix query, Matrix key, Matrix value) {
    static final int N = 37;
    static final int D = 9;
    static final int V = 5;

    static Case seeded(long seed) {
        RandomGenerator random = new Random(seed);
        return new Case(
                0.4,
                Matrix.gaussian(random, N, D, 1),
                Matrix.gaussian(random, N, D, 1),
                Matrix.gaussian(random, N, V, 1));
    }

    /// Its softmax, by plain sums.
    Dense dense() {
        return Dense.of(Dense.scores(beta, query, key, score -> score), Double.NEGATIVE_INFINITY);
    }
}
