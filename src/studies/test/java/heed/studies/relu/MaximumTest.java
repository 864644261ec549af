package heed.studies.relu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.math.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaximumTest {
    private final Maximum maximum = new Maximum(Labs.quick(), 3);

    @Test
    void meanByTheSoftmax() {
        double weight = Math.exp(3 * (0.2 - 0.5));
        double expected = (0.5 + 0.2 * weight) / (1 + weight);
        assertEquals(expected, maximum.of(Matrix.of(1, 2, 0.5, 0.2))[0], 1e-15);
    }

    @Test
    void leastIsTheLargestOfTheOpposites() {
        double weight = Math.exp(3 * (0.2 - 0.5));
        double expected = (0.2 + 0.5 * weight) / (1 + weight);
        assertEquals(expected, maximum.least(Matrix.of(1, 2, 0.5, 0.2))[0], 1e-15);
    }

    @ParameterizedTest
    @CsvSource({"2, .278", "8, .973", "64, 2.307"})
    void error(int n, double expected) {
        assertEquals(expected, 3 * maximum.error(n), 5e-4);
    }
}
