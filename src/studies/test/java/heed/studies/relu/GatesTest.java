package heed.studies.relu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.math.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GatesTest {
    private final AttentionGates gates = new AttentionGates(Labs.quick(), 7);

    @Test
    void exactGatesKeepWhatIsPositive() {
        assertArrayEquals(new double[] {0, 0, 2}, new Gates.Exact().of(new double[] {-1, 0, 2}));
    }

    @Test
    void aGateIsALogistic() {
        Matrix inputs = Matrix.gaussian(new Random(1), 40, 3, 1);
        Matrix outputs = gates.of(inputs);
        for (int n = 0; n < 120; n++) {
            double x = inputs.elements()[n];
            assertEquals(x / (1 + Math.exp(-7 * x)), outputs.elements()[n], 1e-15);
        }
    }

    @Test
    void theErrorIsThatAtTheWorstInput() {
        double worst = gates.worst();
        assertEquals(gates.error(), worst - gates.of(new double[] {worst})[0], 1e-16);
        assertEquals(.2784645427610738 / 7, gates.error(), 1e-16);
    }
}
