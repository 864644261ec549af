package heed.studies.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import heed.studies.sink.Mixing.Relu;
import heed.studies.train.AttentionHeads.Gradients;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MixingTest {
    private static final double STEP = 1e-6;

    private final Random random = new Random(1);
    private final Matrix query = Matrix.gaussian(random, 8, 3, 1);
    private final Matrix key = Matrix.gaussian(random, 8, 3, 1);
    private final Matrix value = Matrix.gaussian(random, 8, 2, 1);
    private final Matrix cotangent = Matrix.gaussian(random, 8, 2, 1);
    private final Relu relu = new Relu(4);

    @Test
    void rowsSeeOnlyTheirSequenceUpToThemselves() {
        Matrix output = relu.forward(query, key, value);

        double score = Math.max(query.dot(4, key, 4) / Math.sqrt(3), 0);
        assertEquals(score * value.get(4, 1), output.get(4, 1), 1e-15);
        double sum = 0;
        for (int j = 4; j <= 6; j++) {
            sum += Math.max(query.dot(6, key, j) / Math.sqrt(3), 0) * value.get(j, 0) / 2;
        }
        assertEquals(sum, output.get(6, 0), 1e-14);
    }

    @Test
    void gradientsAreThoseOfTheLoss() {
        relu.forward(query, key, value);
        Gradients gradients = relu.backward(cotangent);

        List<Matrix> inputs = List.of(query, key, value);
        List<Matrix> found = List.of(gradients.query(), gradients.key(), gradients.value());
        for (int n = 0; n < inputs.size(); n++) {
            double[] elements = inputs.get(n).elements();
            for (int e = 0; e < elements.length; e++) {
                double old = elements[e];
                elements[e] = old + STEP;
                double above = loss();
                elements[e] = old - STEP;
                double below = loss();
                elements[e] = old;
                // No score of these lies within a step of 0.
                assertEquals((above - below) / (2 * STEP), found.get(n).elements()[e], 1e-8);
            }
        }
    }

    private double loss() {
        Matrix output = relu.forward(query, key, value);
        double sum = 0;
        for (int n = 0; n < output.elements().length; n++) {
            sum += output.elements()[n] * cotangent.elements()[n];
        }
        return sum;
    }
}
