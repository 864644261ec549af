package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SinkChecksTest {
    @Test
    void slopeOfAPowerIsItsExponent() {
        double[] variance = IntStream.range(0, 256)
                .mapToDouble(i -> i < 16 ? 1 : 3 * Math.pow(i + 1, -0.93))
                .toArray();

        assertEquals(-0.93, SinkChecks.slope(variance), 1e-12);
    }

    @Test
    void correlationIsThatOfPearson() {
        double[] x = {1, 2, 3, 4};
        double[] y = {1, 3, 2, 5};

        // Covariance 5.5, squares 5 and 8.75.
        assertEquals(5.5 / Math.sqrt(5 * 8.75), SinkChecks.correlation(x, y), 1e-14);
        assertEquals(-1, SinkChecks.correlation(x, new double[] {3, 1, -1, -3}), 1e-14);
    }
}
