package heed.studies.continuity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import heed.studies.math.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The network and its rotation-preserving function.
final class NetworkTest {
    private static final double STEP = 1e-5;

    /// Central differences of step 1e-5 are off by some 1e-10 here.
    @Test
    void radialHasItsGradient() {
        Random random = new Random(1);
        Radial radial = new Radial();
        Matrix z = Matrix.gaussian(random, 3, 5, 1);
        Matrix cotangent = Matrix.gaussian(random, 3, 5, 1);
        radial.forward(z);
        Matrix gradient = radial.backward(cotangent);
        for (int n = 0; n < z.elements().length; n++) {
            double old = z.elements()[n];
            z.elements()[n] = old + STEP;
            double above = inner(radial.forward(z), cotangent);
            z.elements()[n] = old - STEP;
            double below = inner(radial.forward(z), cotangent);
            z.elements()[n] = old;
            assertEquals((above - below) / (2 * STEP), gradient.elements()[n], 1e-8);
        }
    }

    private static double inner(Matrix a, Matrix b) {
        double sum = 0;
        for (int i = 0; i < a.rows(); i++) {
            sum += a.dot(i, b, i);
        }
        return sum;
    }

    @Test
    void radialKeepsZeros() {
        Matrix zero = Matrix.zeros(2, 4);
        Radial radial = new Radial();

        assertArrayEquals(zero.elements(), radial.forward(zero).elements());
        assertArrayEquals(new double[8], radial.backward(zero).elements());
    }

    @Test
    void rotationIsOrthogonal() {
        Matrix rotation = Conjugates.rotation(new Random(2));

        assertTrue(rotation.times(rotation.transposed()).distance(Matrix.identity(Network.WIDTH)) < 1e-12);
    }

    @Test
    void trainingLowersTheLoss() {
        Trained trained = Trained.of(Labs.quick(), Variant.RELU, 1, 60, 20);

        double[] loss = trained.column(Trained.LOSS);
        assertTrue(loss[2] < loss[0], () -> java.util.Arrays.toString(loss));
    }

    @Test
    void afterOneStepTheSumOfGradientsIsTheGradient() {
        Trained trained = Trained.of(Labs.quick(), Variant.RELU, 4, 2, 1);

        double[] one = trained.column(Trained.GRADIENTS);
        double[] sum = trained.column(Trained.CUMULATIVE);
        assertEquals(one[0], sum[0]);
        assertNotEquals(one[1], sum[1]);
    }

    @Test
    void trainingHasTheSameBitsEachTime() {
        double[] first =
                Trained.of(Labs.quick(), Variant.NORMED, 3, 10, 5).looks().elements();

        assertArrayEquals(
                first,
                Trained.of(Labs.quick(), Variant.NORMED, 3, 10, 5).looks().elements());
    }
}
