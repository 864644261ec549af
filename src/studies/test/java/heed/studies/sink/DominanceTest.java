package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import org.junit.jupiter.api.Test;

final class DominanceTest {
    @Test
    void ratioIsLargestOverMean() {
        assertEquals(8.0 / 3, Dominance.ratio(Matrix.of(2, 4, 0, 0, 0, 0, 1, -8, 2, 1), 1), 1e-15);
    }

    @Test
    void plantedChannelHasRatioAndCosineOfItsSize() {
        Dominance dominance = Dominance.of(224, 8, 2);

        double mean = Math.sqrt(2 / Math.PI) + 224.0 / Dominance.DIM;
        assertEquals(224 / mean, dominance.ratio(), 0.02 * 224 / mean);
        assertEquals(224 / Math.sqrt(224 * 224 + Dominance.DIM - 1), dominance.cosine(), 0.005);
    }
}
