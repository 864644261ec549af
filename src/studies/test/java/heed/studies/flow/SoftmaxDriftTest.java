package heed.studies.flow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.claim.Lab;
import heed.studies.flow.SoftmaxDrift.Kind;
import heed.studies.flow.SoftmaxDrift.Weights;
import heed.studies.math.Matrix;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against sums over all pairs.
final class SoftmaxDriftTest {
    private static final int N = 7;
    private static final int DIMS = 3;
    private static final double BETA = 1.5;

    private final Lab lab = Labs.quick();
    private final Matrix tokens = Sphere.random(new Random(1), N, DIMS);
    private final Matrix matrix = Matrix.gaussian(new Random(2), DIMS, DIMS, 1);

    private SoftmaxDrift drift(Kind kind) {
        return new SoftmaxDrift(lab, kind, BETA, N, DIMS, List.of(Weights.same(matrix), Weights.scored(matrix)));
    }

    /// `e^(β⟨x_i, A x_j⟩)`.
    private Matrix exponentials() {
        Matrix scores = tokens.times(matrix).times(tokens.transposed()).scale(BETA);
        for (int n = 0; n < N * N; n++) {
            scores.elements()[n] = Math.exp(scores.elements()[n]);
        }
        return scores;
    }

    /// Both heads have these weights, one of them the values `A x`, the other `x`.
    private Matrix expected(Kind kind) {
        Matrix weights = exponentials();
        for (int i = 0; i < N; i++) {
            double sum = 0;
            for (int j = 0; j < N; j++) {
                weights.set(i, j, kind == Kind.CAUSAL && j > i ? 0 : weights.get(i, j));
                sum += weights.get(i, j);
            }
            for (int j = 0; j < N; j++) {
                weights.set(i, j, weights.get(i, j) / (kind == Kind.UNNORMALISED ? N : sum));
            }
        }
        return weights.times(tokens.times(matrix.transposed()).add(1, tokens));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void pulls(Kind kind) {
        try (SoftmaxDrift drift = drift(kind)) {
            assertEquals(0, drift.of(tokens).distance(expected(kind)), 1e-13);
        }
    }

    @Test
    void energies() {
        double sum = 0;
        for (double one : exponentials().elements()) {
            sum += one / (2 * BETA * N * N);
        }
        try (SoftmaxDrift drift = drift(Kind.UNNORMALISED)) {
            assertArrayEquals(new double[] {sum, sum}, drift.energies(tokens), 1e-13);
        }
    }

    @Test
    void entropies() {
        Matrix weights = exponentials();
        double sum = 0;
        double entropy = 0;
        for (double one : weights.row(2)) {
            sum += one;
        }
        for (double one : weights.row(2)) {
            entropy -= one / sum * Math.log(one / sum);
        }
        try (SoftmaxDrift drift = drift(Kind.NORMALISED)) {
            assertEquals(entropy, drift.entropies(tokens)[2], 1e-13);
        }
    }
}
