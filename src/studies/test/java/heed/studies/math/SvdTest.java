package heed.studies.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SvdTest {
    /// Orthonormal columns: those of noise, each less its part along those before, twice.
    private static Matrix orthonormal(long seed, int rows, int columns) {
        Matrix q = Matrix.gaussian(new Random(seed), columns, rows, 1);
        for (int k = 0; k < 2 * columns; k++) {
            int row = k % columns;
            for (int j = 0; j < row; j++) {
                subtract(q, row, q.dot(row, q, j), j);
            }
            double norm = Math.sqrt(q.dot(row, q, row));
            for (int i = 0; i < rows; i++) {
                q.set(row, i, q.get(row, i) / norm);
            }
        }
        return q.transposed();
    }

    private static void subtract(Matrix q, int row, double factor, int j) {
        for (int i = 0; i < q.columns(); i++) {
            q.set(row, i, q.get(row, i) - factor * q.get(j, i));
        }
    }

    private static Matrix diagonal(double... values) {
        Matrix diagonal = Matrix.zeros(values.length, values.length);
        for (int k = 0; k < values.length; k++) {
            diagonal.set(k, k, values[k]);
        }
        return diagonal;
    }

    /// The method is backward stable and so are the products that make the matrix: errors of a few times
    /// `max(rows, columns) 2⁻⁵²` of the largest value.
    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "12, 7", "7, 12", "64, 64", "64, 192"})
    void valuesAreThoseTheMatrixWasMadeOf(int rows, int columns) {
        int count = Math.min(rows, columns);
        double[] values = new double[count];
        Arrays.setAll(values, k -> Math.pow(.7, k) * (k % 5 == 4 ? 0 : 3));
        Matrix matrix = orthonormal(1, rows, count)
                .times(diagonal(values))
                .times(orthonormal(2, columns, count).transposed());
        Arrays.sort(values);
        double tolerance = 4 * Math.max(rows, columns) * 0x1p-52 * values[count - 1];

        Svd svd = Svd.of(matrix);

        for (int k = 0; k < count; k++) {
            assertEquals(values[count - 1 - k], svd.values()[k], tolerance, "value " + k);
        }
        Matrix again =
                svd.left().times(diagonal(svd.values())).times(svd.right().transposed());
        assertTrue(matrix.distance(again) <= tolerance, "U Σ Vᵀ is the matrix: " + matrix.distance(again));
        assertOrthonormal(svd.left());
        assertOrthonormal(svd.right());
    }

    private static void assertOrthonormal(Matrix vectors) {
        Matrix products = vectors.transposed().times(vectors);
        double distance = products.distance(Matrix.identity(vectors.columns()));
        assertTrue(distance <= 4 * vectors.rows() * 0x1p-52, "distance to the identity: " + distance);
    }

    @Test
    void theMatrixIsLeftAsItWas() {
        Matrix matrix = Matrix.gaussian(new Random(3), 6, 4, 1);
        Matrix copy = matrix.copy();
        Svd.of(matrix);
        assertArrayEquals(copy.elements(), matrix.elements());
    }

    @Test
    void ranksAreThoseOfIdentityAndProductOfVectors() {
        int n = 16;
        Svd identity = Svd.of(Matrix.identity(n));
        Svd one = Svd.of(Matrix.gaussian(new Random(4), n, 1, 1).times(Matrix.gaussian(new Random(5), 1, n, 1)));
        // n values, each within n 2⁻⁵² of 1 or of 0 beside the largest
        double tolerance = 4. * n * n * 0x1p-52;
        assertEquals(n, identity.participation(), n * tolerance);
        assertEquals(n, identity.effectiveRank(), n * tolerance);
        assertEquals(1, one.participation(), 2 * tolerance);
        assertEquals(1, one.effectiveRank(), tolerance);
    }

    @Test
    void twoEqualValuesCountAsTwo() {
        Svd svd = Svd.of(diagonal(0, 2, 0, 2));
        assertArrayEquals(new double[] {2, 2, 0, 0}, svd.values());
        assertEquals(2, svd.participation(), 8 * 0x1p-52);
        assertEquals(2, svd.effectiveRank(), 8 * 0x1p-52);
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Svd.of(Matrix.of(1, 2, 1, Double.NaN)));
    }
}
