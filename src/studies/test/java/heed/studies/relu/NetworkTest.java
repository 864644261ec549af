package heed.studies.relu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import heed.studies.relu.Network.Layer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class NetworkTest {
    private final Network network = new Network(List.of(
            new Layer(Matrix.of(2, 1, 1, -2), new double[] {0.5, 1}),
            new Layer(Matrix.of(2, 2, 1, -1, 3, 1), new double[] {0, -1}),
            new Layer(Matrix.of(1, 2, 2, 5), new double[] {7})));

    @Test
    void layersOneAfterAnother() {
        // First layer 0.75, 0.5; second 0.25, 1.75.
        assertEquals(
                7 + 0.5 + 8.75,
                network.of(new Gates.Exact(), Matrix.of(1, 1, 0.25)).get(0, 0),
                1e-15);
    }

    @Test
    void errorsGrowByTheNormsOfTheLayersAfter() {
        // The second layer makes at most 4 of 1, the third 7 of that and of the 1 that is new.
        assertEquals(7 * (4 + 1), network.error(1), 0);
    }

    @Test
    void besideACornerOneGateHasTheInputAsked() {
        Network random = Network.random(new Random(1), 3, 4, 1);
        Matrix moved = random.beside(Matrix.gaussian(new Random(2), 5, 3, 1), 0.25);
        Layer first = random.layers().getFirst();
        for (int i = 0; i < 5; i++) {
            int gate = i % 4;
            assertEquals(0.25, moved.dot(i, first.weights(), gate) + first.bias()[gate], 1e-14);
        }
    }
}
