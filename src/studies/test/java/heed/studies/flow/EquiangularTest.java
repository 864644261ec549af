package heed.studies.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EquiangularTest {
    /// Values of 25 digits (mpmath) of the closed form, which quadrature and Runge-Kutta must meet, too.
    @ParameterizedTest
    @CsvSource({"1, 1.819934884477484641770527", "4, 3.4317323158588153646156", "7, 28.50513695330952496483603"})
    void softmaxTime(double beta, double expected) {
        assertEquals(expected, Equiangular.softmaxTime(32, beta, 0, 0.5), 1e-13 * expected);
        Equiangular one = new Equiangular(32, beta, true, 1);
        assertEquals(expected, one.time(0, 0.5), 1e-12 * expected);
        assertEquals(0.5, one.after(0, expected, 20_000), 1e-10);
    }

    @Test
    void softmaxCosineInvertsItsTime() {
        double t = Equiangular.softmaxTime(16, 4, 0.1, 0.8);
        assertEquals(0.8, Equiangular.softmaxCosine(16, 4, 0.1, t), 1e-13);
    }

    @Test
    void withoutScoresTheTimeIsALogarithm() {
        assertEquals(Math.log(65) / 2, new Equiangular(64, 0, true, 1).time(0, 0.5), 1e-12);
        assertEquals(Math.log(65) / 2, Equiangular.uniformHalfTime(64), 0);
    }

    @Test
    void reluTime() {
        assertEquals(10.85, Equiangular.reluTime(16, 1 / 32.0, 0.9), 0.005);
    }

    @Test
    void headsAdd() {
        Equiangular both = new Equiangular(16, 2, true, 0.2, 1.8);
        double apart = new Equiangular(16, 2, true, 0.2).rate(0.3) + new Equiangular(16, 2, true, 1.8).rate(0.3);
        assertEquals(apart, both.rate(0.3), 1e-15);
    }

    @ParameterizedTest
    @CsvSource({"16, 2.38346150534999627381098", "1024, 5.439869730022862650667358"})
    void fastest(int n, double expected) {
        assertEquals(expected, Equiangular.fastest(n), 1e-14);
    }

    @Test
    void fastestIsAPeakOfTheRate() {
        double best = Equiangular.fastest(16);
        for (double other : new double[] {best - 1e-3, best + 1e-3}) {
            assertEquals(
                    1,
                    Math.signum(
                            new Equiangular(16, 1, true, best).rate(0) - new Equiangular(16, 1, true, other).rate(0)));
        }
    }
}
