package heed.studies.relu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClipTest {
    @Test
    void meanOfAnchorsByTheirDistance() {
        Clip clip = new Clip(-1, 1, 3, 0.7);
        double t = 0.3;
        double below = Math.exp(-0.7 * 1.3 * 1.3);
        double middle = Math.exp(-0.7 * 0.3 * 0.3);
        double above = Math.exp(-0.7 * 0.7 * 0.7);
        double expected = (above - below) / (below + middle + above);
        assertEquals(expected, clip.of(Labs.quick(), new double[] {t})[0], 1e-14);
    }

    @ParameterizedTest
    @CsvSource({".25, .842", ".5, .520", "1, .292", "2, .120", "50, .444"})
    void largestError(double kappa, double expected) {
        Clip clip = new Clip(-1, 3, 17, kappa);
        assertEquals(expected, clip.largestError(Labs.quick()) / clip.spacing(), 1e-3);
    }
}
