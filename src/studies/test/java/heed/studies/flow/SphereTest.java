package heed.studies.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.math.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SphereTest {
    @Test
    void randomTokensHaveLengthOne() {
        Matrix tokens = Sphere.random(new Random(1), 9, 4);
        for (int i = 0; i < 9; i++) {
            assertEquals(1, tokens.dot(i, tokens, i), 1e-15);
        }
    }

    @Test
    void orthonormalTokensAreAtRightAngles() {
        Matrix tokens = Sphere.orthonormal(new Random(2), 12, 12);
        assertEquals(0, Sphere.unevenness(tokens, 0), 1e-15);
        assertEquals(1, tokens.dot(11, tokens, 11), 1e-15);
    }

    @Test
    void equiangularTokensHaveTheCosine() {
        Matrix tokens = Sphere.equiangular(7, 0.3);
        assertEquals(0, Sphere.unevenness(tokens, 0.3), 1e-15);
        assertEquals(0.3, Sphere.meanCosine(tokens), 1e-15);
    }

    @Test
    void meanCosineIsThatOfThePairs() {
        Matrix tokens = Sphere.random(new Random(3), 5, 3);
        double sum = 0;
        for (int i = 0; i < 5; i++) {
            for (int j = 0; j < i; j++) {
                sum += tokens.dot(i, tokens, j) / 10;
            }
        }
        assertEquals(sum, Sphere.meanCosine(tokens), 1e-15);
    }

    @Test
    void projectedDriftsAreAtRightAnglesToTheirTokens() {
        Matrix tokens = Sphere.random(new Random(4), 5, 3);
        Matrix drift = Matrix.gaussian(new Random(5), 5, 3, 1);
        Matrix projected = Sphere.project(tokens, drift.copy());
        for (int i = 0; i < 5; i++) {
            assertEquals(0, projected.dot(i, tokens, i), 1e-15);
            assertTrue(projected.dot(i, drift, i) > 0, "what is left points along the drift");
        }
    }
}
