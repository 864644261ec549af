package heed.studies.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TopSingularTest {
    @ParameterizedTest
    @CsvSource({"20,20", "31,12", "12,31", "1,5", "5,1"})
    void equalsTheWholeDecomposition(int rows, int columns) {
        Matrix matrix = Matrix.gaussian(new Random(rows), rows, columns, 1);
        Svd svd = Svd.of(matrix);
        TopSingular top = TopSingular.of(matrix);
        assertEquals(svd.values()[0], top.value(), 1e-10);
        assertEquals(svd.effectiveRank(), top.effectiveRank(), 1e-8);
        assertEquals(
                1, TopSingular.alignment(top.right(), svd.right().transposed().row(0)), 1e-8);
        assertEquals(
                1, TopSingular.alignment(top.left(), svd.left().transposed().row(0)), 1e-8);
    }
}
