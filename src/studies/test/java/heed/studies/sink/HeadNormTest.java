package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import org.junit.jupiter.api.Test;

final class HeadNormTest {
    @Test
    void normTakesTheDiscrepancyAway() {
        HeadNorm.Discrepancy discrepancy = HeadNorm.discrepancy(Labs.quick());

        // A mean square of 512 normal numbers, twice.
        assertEquals(256, discrepancy.before(), 256 * 4 * Math.sqrt(2 * 2.0 / 512));
        assertEquals(1, discrepancy.after(), 1e-5);
    }

    @Test
    void gradientsAreThoseOfTheLoss() {
        assertTrue(HeadNorm.gradientError(Labs.quick()) < 1e-7);
    }
}
