package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.sink.Aggregation.Scores;
import org.junit.jupiter.api.Test;

final class AggregationTest {
    /// A variance of 64 · 64 normal numbers is off by √(2/4096) = 2.2 %: four times that is allowed.
    private static final double NOISE = 4 * Math.sqrt(2.0 / (64 * 64));

    @Test
    void uniformWeightsLeaveOneOverThePosition() {
        Aggregation uniform = Aggregation.of(Labs.quick(), new Scores.Uniform(), 1);

        for (int i = 0; i < Aggregation.LENGTH; i += 15) {
            assertEquals(1.0 / (i + 1), uniform.squares()[i], 1e-15);
            assertEquals(1, uniform.variance()[i] * (i + 1), NOISE, "position " + i);
        }
    }

    @Test
    void positionAloneKeepsItsVariance() {
        Aggregation alone = Aggregation.of(Labs.quick(), new Scores.Alone(10), 1);

        assertEquals(1, alone.variance()[10], NOISE);
        assertEquals(1.0 / 10, alone.variance()[9], NOISE / 10);
        assertEquals(1.0 / 12, alone.variance()[11], NOISE / 12);
    }
}
