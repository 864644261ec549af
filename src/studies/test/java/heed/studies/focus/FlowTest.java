package heed.studies.focus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FlowTest {
    private final Chain chain = new Chain(0.8, 0.75, 0.19, 0.05, 0.01);
    private final Flow flow = new Flow(Labs.quick(), chain, 8);
    private final Weights weights = Weights.gaussian(new Random(4), 4, 8, 0.7);

    @AfterEach
    void close() {
        flow.close();
    }

    @Test
    void lossIsThatOfTheFormulas() {
        assertEquals(Formulas.loss(chain, weights), flow.at(weights).loss(), 1e-13);
    }

    @Test
    void gradientsAreThoseOfTheFormulas() {
        assertEquals(0, flow.gradients(weights).distance(Formulas.gradients(chain, weights)), 1e-12);
    }

    @Test
    void mapIsTheSoftmaxOfScoresAndFrequencies() {
        Matrix expected = Formulas.attention(chain, weights);

        Flow.AttentionMap map = flow.attention(weights);

        assertEquals(0, map.weights().distance(expected), 1e-14);
        double[] entropy = new double[4];
        for (int i = 0; i < 4; i++) {
            entropy[i] =
                    -Arrays.stream(expected.row(i)).map(p -> p * Math.log(p)).sum();
        }
        assertArrayEquals(entropy, map.entropy(), 1e-13);
    }

    /// With `W_0 = g p̂ αᵀ`, answers as frequent as they are and `S = 0`, the gradient of S is `−c α αᵀ`.
    @Test
    void focusRateIsThatOfTheGradientAtTheEndOfCondensation() {
        double g = 1.9;
        Matrix alpha = Matrix.gaussian(new Random(5), 1, 8, 1);
        alpha.scale(1 / alpha.norm());
        Matrix direction = chain.stationary();
        double length = direction.norm();
        direction.scale(1 / length);
        // logits πᵀ M = |π| m_1 vᵀ = ln π, for answers π.
        Matrix answers =
                Matrix.of(1, 4, Arrays.stream(chain.frequency()).map(Math::log).toArray());
        Matrix output = alpha.transposed().times(answers).scale(1 / (g * length));
        Weights condensed = new Weights(
                direction.transposed().times(alpha).scale(g), Matrix.zeros(8, 8), Matrix.identity(8), output);

        // W_K = 1 makes the gradient of W_Q that of S.
        Matrix pairs = flow.gradients(condensed).query();

        double rate = FocusRate.of(chain, g, condensed.logits());
        Matrix expected = alpha.transposed().times(alpha).scale(-rate);
        assertEquals(0, pairs.distance(expected), 1e-13);
    }
}
