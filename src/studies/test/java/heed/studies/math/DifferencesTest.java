package heed.studies.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

final class DifferencesTest {
    /// `x² y`, whose gradient is `(2 x y, x²)`.
    @Test
    void aRightGradientIsFoundRightAndAWrongOneWrong() {
        double[] at = {3, -2};
        Matrix point = Matrix.of(1, 2, at);
        DoubleSupplier loss = () -> at[0] * at[0] * at[1];
        assertEquals(-12, Differences.at(at, 0, loss), 1e-8);
        assertEquals(0, Differences.error(point, Matrix.of(1, 2, -12, 9), loss), 1e-8);
        assertEquals(0.5, Differences.error(point, Matrix.of(1, 2, -12, 9.5), loss), 1e-8);
        assertEquals(Double.NaN, Differences.error(point, Matrix.of(1, 2, Double.NaN, 9), loss), "never passes");
        assertArrayEquals(new double[] {3, -2}, at, "as it was");
    }
}
