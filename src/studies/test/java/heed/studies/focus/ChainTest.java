package heed.studies.focus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import heed.studies.math.Svd;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ChainTest {
    private final Chain chain = new Chain(0.8, 0.75, 0.19, 0.05, 0.01);

    @Test
    void rowsOfTransitionsSumToOneAndKeepTheFrequencies() {
        double[] next = new double[4];
        for (int i = 0; i < 4; i++) {
            double sum = 0;
            for (int j = 0; j < 4; j++) {
                sum += chain.transition(i, j);
                next[j] += chain.frequency()[i] * chain.transition(i, j);
            }
            assertEquals(1, sum, 1e-15);
        }
        assertArrayEquals(chain.frequency(), next, 1e-15);
    }

    @Test
    void condensationRateIsTheSingularValueOfTheGradientAtZero() {
        Matrix gradient = Formulas.gradients(
                        chain,
                        new Weights(Matrix.identity(4), Matrix.zeros(4, 4), Matrix.zeros(4, 4), Matrix.zeros(4, 4)))
                .output();

        assertEquals(Svd.of(gradient).values()[0], chain.condensationRate(), 1e-15);
        assertEquals(0.4595, chain.condensationRate(), 5e-5);
    }

    @Test
    void drawnTokensStayAndAreFrequentAsTold() {
        int[] drawn = chain.draw(new Random(1), 200_000);

        int[] count = new int[4];
        int stays = 0;
        for (int n = 1; n < drawn.length; n++) {
            count[drawn[n]]++;
            stays += drawn[n] == drawn[n - 1] ? 1 : 0;
        }
        // A run of the same token is some 5 long: four deviations of 200 000 / 9 independent tokens.
        assertEquals(0.75, count[0] / 200_000.0, 4 * Math.sqrt(0.75 * 0.25 * 9 / 200_000));
        assertEquals(0.01, count[3] / 200_000.0, 4 * Math.sqrt(0.01 * 0.99 * 9 / 200_000));
        double squares = 0.75 * 0.75 + 0.19 * 0.19 + 0.05 * 0.05 + 0.01 * 0.01;
        assertEquals(0.8 + 0.2 * squares, stays / 200_000.0, 0.005);
    }
}
