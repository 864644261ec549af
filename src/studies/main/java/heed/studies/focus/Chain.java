package heed.studies.focus;

import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// The Markov chain that is learned: with probability `stay` the token stays, else the next is drawn by
/// frequency. Row i of its transitions is `P_i = λ e_i + (1 − λ) π`, and π is stationary.
///
/// @param stay λ
/// @param frequency π of each token
record Chain(double stay, double... frequency) {
    int tokens() {
        return frequency.length;
    }

    /// `P_ij`.
    double transition(int i, int j) {
        return (i == j ? stay : 0) + (1 - stay) * frequency[j];
    }

    /// π as a matrix of one row.
    Matrix stationary() {
        return Matrix.of(1, tokens(), frequency.clone());
    }

    /// Rate at which the norm of the weights grows from nothing. There, with logits `M = W_0 W_1` near 0, the
    /// loss falls along `−dM = π (π − 1/d)ᵀ`, a matrix of rank one, whose only singular value this is; it is
    /// free of λ.
    double condensationRate() {
        double uniform = 1.0 / tokens();
        double[] excess = Arrays.stream(frequency).map(p -> p - uniform).toArray();
        return stationary().norm() * Matrix.of(1, tokens(), excess).norm();
    }

    /// A sequence whose first token is uniform.
    int[] draw(RandomGenerator random, int length) {
        int[] sequence = new int[length];
        sequence[0] = random.nextInt(tokens());
        for (int n = 1; n < length; n++) {
            sequence[n] = random.nextDouble() < stay ? sequence[n - 1] : frequent(random.nextDouble());
        }
        return sequence;
    }

    private int frequent(double share) {
        int token = 0;
        for (double sum = frequency[0]; share >= sum && token < tokens() - 1; sum += frequency[token]) {
            token++;
        }
        return token;
    }
}
