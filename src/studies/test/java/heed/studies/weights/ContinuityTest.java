package heed.studies.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import heed.studies.math.TopSingular;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ContinuityTest {
    private static TopSingular of(Matrix matrix) {
        return TopSingular.of(matrix);
    }

    @Test
    void aMatrixGoesOnInItselfWhateverItsSign() {
        Matrix matrix = Matrix.gaussian(new Random(2), 12, 7, 1);
        Continuity same = Continuity.of(List.of(of(matrix), of(matrix.copy().scale(-3)), of(matrix)));
        assertArrayEquals(new double[] {1, 1}, same.input(), 1e-10);
        assertArrayEquals(new double[] {1, 1}, same.output(), 1e-10);
        assertEquals(7, same.inputWidth());
        assertEquals(12, same.outputWidth());
    }

    /// `e_0 e_0ᵀ`, then `e_1 e_0ᵀ`: read alike, written across.
    @Test
    void inputAndOutputAreToldApart() {
        Matrix one = Matrix.zeros(3, 3);
        one.set(0, 0, 1);
        Matrix other = Matrix.zeros(3, 3);
        other.set(1, 0, 1);
        Continuity continuity = Continuity.of(List.of(of(one), of(other)));
        assertEquals(1, continuity.meanInput(), 1e-12);
        assertEquals(0, continuity.meanOutput(), 1e-12);
        assertEquals(1, continuity.rank(), 1e-12);
    }

    @Test
    void noiseGoesOnAsChanceSays() {
        assertEquals(0.115, TopSingular.chance(48), 1e-3);
        assertEquals(0.115, Continuity.ofNoise(new Random(1), 48, 1000), 0.01);
    }
}
