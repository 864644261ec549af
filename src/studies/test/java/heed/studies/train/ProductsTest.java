package heed.studies.train;

import static heed.studies.train.Backends.noise;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.studies.math.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProductsTest {
    private final Products products = Backends.products();

    /// Sums of k products of N(0, 1) in two orders differ by at most `2 k 2⁻⁵³` of the sum of sizes, itself
    /// below `k + 4 √k` here; and adding rounds once more.
    private static void assertNear(Matrix expected, Matrix actual, int k) {
        double tolerance = 2 * (k + 1) * 0x1p-53 * (k + 4 * Math.sqrt(k) + 8);
        assertTrue(expected.distance(actual) <= tolerance, "distance " + expected.distance(actual));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "3, 5, 7",
        "6, 16, 16",
        "13, 1, 33",
        "48, 64, 24",
        "130, 67, 65",
        "384, 64, 256",
        "7, 1030, 1030"
    })
    void everyFormIsTheProduct(int m, int k, int n) {
        Matrix a = noise(1, m, k);
        Matrix b = noise(2, k, n);
        Matrix start = noise(3, m, n);
        Matrix product = a.times(b);
        Matrix sum = product.copy().add(1, start);

        for (double beta : new double[] {0, 1}) {
            Matrix expected = beta == 0 ? product : sum;
            Matrix c = start.copy();
            products.times(a, b, beta, c);
            assertNear(expected, c, k);
            c = start.copy();
            products.transposedTimes(a.transposed(), b, beta, c);
            assertNear(expected, c, k);
            c = start.copy();
            products.timesTransposed(a, b.transposed(), beta, c);
            assertNear(expected, c, k);
        }
    }
}
