package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class TriggerTaskTest {
    private static final int ROWS = TriggerTask.ROWS;

    private final TriggerTask task = TriggerTask.drawn(new Random(3), 5);

    @Test
    void keysAreTheTokensBefore() {
        for (int row = 0; row < 5 * ROWS; row++) {
            if (task.chooses(row)) {
                for (int d = 0; d < TriggerTask.DIM; d++) {
                    assertEquals(task.queries().get(row - 1, d), task.keys().get(row, d));
                }
            } else {
                assertEquals(1, task.keys().get(row, 0));
                assertEquals(1, task.keys().dot(row, task.keys(), row), "the first token has no content");
            }
        }
    }

    @Test
    void triggersAnswerTheMeanOfTheKeysButTheFirst() {
        for (int row = 0; row < 5 * ROWS; row++) {
            int t = row % ROWS;
            for (int d = 3; d < TriggerTask.DIM; d++) {
                double sum = 0;
                for (int j = 1; j <= t; j++) {
                    sum += task.keys().get(row - t + j, d);
                }
                double expected = task.trigger()[row] && t > 0 ? sum / t : 0;
                assertEquals(expected, task.targets().get(row, d), 1e-14);
            }
        }
    }
}
