package heed.studies.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class RenyiTest {
    @Test
    void centresAreFarFromAllBefore() {
        double[] angles = {0, 0.4, 0.95, 2, 1.3, -3.1, 3.1};
        assertEquals(List.of(0, 2, 3, 5), Renyi.centres(angles, 0.5));
    }

    @Test
    void reach() {
        assertEquals(0.5, Renyi.reach(64), 1e-15);
    }
}
