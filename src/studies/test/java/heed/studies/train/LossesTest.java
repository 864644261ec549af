package heed.studies.train;

import static heed.studies.train.Backends.noise;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import org.junit.jupiter.api.Test;

final class LossesTest {
    private static final int ROWS = 5;
    private static final int CLASSES = 4;
    private static final int[] LABELS = {0, 3, 1, 1, 2};

    @Test
    void crossEntropyIsDifferentiated() {
        Matrix logits = noise(1, ROWS, CLASSES);
        CrossEntropy entropy = new CrossEntropy();
        double loss = entropy.loss(logits, LABELS);
        Matrix gradient = entropy.gradient().copy();
        FiniteDifferences.check("logits", logits, gradient, () -> entropy.loss(logits, LABELS), loss);
    }

    @Test
    void crossEntropyOfEqualLogitsIsTheLogarithmOfTheirNumber() {
        Matrix equal = Matrix.zeros(ROWS, CLASSES).add(1, Matrix.of(ROWS, CLASSES, filled(1e300)));
        assertEquals(Math.log(CLASSES), new CrossEntropy().loss(equal, LABELS), Math.ulp(Math.log(CLASSES)));
    }

    private static double[] filled(double value) {
        double[] elements = new double[ROWS * CLASSES];
        java.util.Arrays.fill(elements, value);
        return elements;
    }

    @Test
    void accuracyCountsTheLargest() {
        CrossEntropy entropy = new CrossEntropy();
        entropy.loss(Matrix.of(2, 2, 1, 2, 3, 1), new int[] {1, 1});
        assertEquals(.5, entropy.accuracy());
    }

    @Test
    void squaresAreDifferentiated() {
        Matrix output = noise(2, ROWS, CLASSES);
        Matrix target = noise(3, ROWS, CLASSES);
        MeanSquaredError error = new MeanSquaredError();
        double loss = error.loss(output, target);
        Matrix gradient = error.gradient().copy();
        FiniteDifferences.check("output", output, gradient, () -> error.loss(output, target), loss);
        assertEquals(0, error.loss(target, target));
    }
}
