package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import heed.studies.sink.PlantedChain.Change;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PlantedChainTest {
    private final PlantedChain chain = new PlantedChain(Labs.quick(), 2, Optional.empty());

    @Test
    void everyQueryGivesAwayItsWholeWeight() {
        double[] alphas = chain.alphas();

        double sum = 0;
        for (int k = 0; k < alphas.length; k++) {
            sum += alphas[k] * (alphas.length - k);
        }
        assertEquals(alphas.length, sum, 1e-9);
    }

    @Test
    void unchangedRowsGiveTheSameWeight() {
        double plain = chain.alphas()[20];

        assertEquals(plain, chain.alpha(20, Change.VARIANCE, 1), 1e-12);
        assertEquals(plain, chain.alpha(20, Change.SCALE, 3), 1e-9);
    }

    @Test
    void moreVarianceMakesASink() {
        assertTrue(chain.alpha(20, Change.VARIANCE, 4) > 2 * chain.alphas()[20]);
    }
}
