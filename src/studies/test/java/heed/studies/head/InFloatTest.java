package heed.studies.head;

import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.Labs;
import heed.studies.math.Matrix;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class InFloatTest {
    @Test
    void floatIsOffByWhatFloatsRoundNotMore() {
        Random random = new Random(1);
        Matrix rows = Matrix.gaussian(random, 20, 8, 1);
        Matrix cotangent = Matrix.gaussian(random, 20, 8, 1);

        InFloat deviation = InFloat.of(
                Labs.quick(),
                Head.spec(8, UnaryOperator.identity()),
                rows,
                rows,
                rows,
                cotangent,
                UnaryOperator.identity());

        // Values and cotangents of some units, sums of 20: a few dozen roundings of 2⁻²⁴.
        assertTrue(deviation.output() > 1e-9 && deviation.output() < 64 * 0x1p-24, deviation.toString());
        assertTrue(deviation.gradients() > 1e-9 && deviation.gradients() < 512 * 0x1p-24, deviation.toString());
    }
}
