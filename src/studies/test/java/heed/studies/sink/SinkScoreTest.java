package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import org.junit.jupiter.api.Test;

final class SinkScoreTest {
    @Test
    void weightIsThatOfTheClosedForm() {
        assertEquals(1 / (1 + 255 * Math.exp(0.5 - 8)), SinkScore.alpha(Labs.quick()), 0.005);
    }
}
