package heed.studies.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TrainingTest {
    private static double[] losses(long seed, int steps) {
        double[] losses = new double[steps];
        try (TinyModel model = new TinyModel(seed)) {
            Arrays.setAll(losses, _ -> model.step());
        }
        return losses;
    }

    @Test
    void aTableIsLearnt() {
        try (TinyModel model = new TinyModel(1)) {
            double first = model.step();
            double last = first;
            for (int n = 0; n < 300; n++) {
                last = model.step();
            }
            assertTrue(first > 1, "begins near ln 5: " + first);
            assertTrue(last < .01, "ends near 0: " + last);
            assertEquals(1, model.accuracy());
        }
    }

    @Test
    void aSeedGivesTheSameBits() {
        assertArrayEquals(losses(3, 20), losses(3, 20));
        assertTrue(losses(3, 1)[0] != losses(4, 1)[0], "another seed gives others");
    }
}
