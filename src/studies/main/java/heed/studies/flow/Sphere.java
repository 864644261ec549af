package heed.studies.flow;

import heed.studies.math.Matrix;
import java.util.Random;

/// Tokens on the unit sphere: rows of a matrix, each of length 1.
final class Sphere {
    private Sphere() {}

    /// Uniform on the sphere.
    static Matrix random(Random random, int n, int dims) {
        return normalise(Matrix.gaussian(random, n, dims, 1));
    }

    /// At right angles to each other, `n ≤ dims`, otherwise random: Gram and Schmidt's, twice, so that
    /// rounding leaves no cosine above some 1e-16.
    static Matrix orthonormal(Random random, int n, int dims) {
        Matrix tokens = random(random, n, dims);
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < 2 * i; k++) {
                subtract(tokens, i, tokens.dot(i, tokens, k % i), tokens, k % i);
            }
            scaleRow(tokens, i);
        }
        return tokens;
    }

    /// With the cosine `rho ≥ 0` between any two: `√(1−ρ) e_i + √ρ e_n`, of n + 1 dims.
    static Matrix equiangular(int n, double rho) {
        Matrix tokens = Matrix.zeros(n, n + 1);
        for (int i = 0; i < n; i++) {
            tokens.set(i, i, Math.sqrt(1 - rho));
            tokens.set(i, n, Math.sqrt(rho));
        }
        return tokens;
    }

    /// Makes each row one of length 1, in place.
    static Matrix normalise(Matrix tokens) {
        for (int i = 0; i < tokens.rows(); i++) {
            scaleRow(tokens, i);
        }
        return tokens;
    }

    private static void scaleRow(Matrix tokens, int i) {
        double length = Math.sqrt(tokens.dot(i, tokens, i));
        for (int d = 0; d < tokens.columns(); d++) {
            tokens.set(i, d, tokens.get(i, d) / length);
        }
    }

    /// Takes from each row of `drift` its part along the token, in place: `P_x y = y − ⟨y,x⟩x`.
    static Matrix project(Matrix tokens, Matrix drift) {
        for (int i = 0; i < tokens.rows(); i++) {
            subtract(drift, i, drift.dot(i, tokens, i), tokens, i);
        }
        return drift;
    }

    private static void subtract(Matrix target, int i, double factor, Matrix source, int k) {
        for (int d = 0; d < target.columns(); d++) {
            target.set(i, d, target.get(i, d) - factor * source.get(k, d));
        }
    }

    /// Mean of the cosines between two of the tokens: `(|Σ x_i|² − n) / (n(n−1))`.
    static double meanCosine(Matrix tokens) {
        int n = tokens.rows();
        double squares = 0;
        for (int d = 0; d < tokens.columns(); d++) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += tokens.get(i, d);
            }
            squares += sum * sum;
        }
        return (squares - n) / ((double) n * (n - 1));
    }

    /// Largest difference of a cosine between two of the tokens to `rho`.
    static double unevenness(Matrix tokens, double rho) {
        double largest = 0;
        for (int i = 0; i < tokens.rows(); i++) {
            for (int j = 0; j < i; j++) {
                largest = Math.max(largest, Math.abs(tokens.dot(i, tokens, j) - rho));
            }
        }
        return largest;
    }
}
