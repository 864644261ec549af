package heed.studies.continuity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.math.Matrix;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The measures, on matrices whose directions are known.
final class DirectionsTest {
    /// Strongest from `in` to `out`, `[2, 2]` as layers hold it.
    private static Matrix strongest(int in, int out) {
        Matrix matrix = Matrix.zeros(2, 2);
        matrix.set(in, out, 3);
        matrix.set(1 - in, 1 - out, 1);
        return matrix;
    }

    @Test
    void inputSideIsThatOfRows() {
        Directions directions = Directions.of(List.of(strongest(0, 0), strongest(0, 1)));

        assertEquals(1, directions.input(), 1e-12);
        assertEquals(0, directions.output(), 1e-12);
    }

    @Test
    void meanIsOverNeighbours() {
        Directions directions = Directions.of(List.of(strongest(0, 0), strongest(0, 0), strongest(1, 0)));

        assertEquals(0.5, directions.input(), 1e-12);
        assertEquals(1, directions.output(), 1e-12);
    }

    @Test
    void weightsAreSquaresOfSingularValues() {
        Matrix other = Matrix.of(2, 2, 3, 0, 0, 1);
        Matrix turned = Matrix.of(2, 2, 3 * 0.6, 1 * -0.8, 3 * 0.8, 1 * 0.6);

        assertEquals(
                (9 * 0.6 + 1 * 0.6) / 10, Directions.of(List.of(other, turned)).weighted(), 1e-12);
    }

    @Test
    void mapHasEveryTwoLayers() {
        double[][] map = Directions.of(List.of(strongest(0, 0), strongest(1, 0), strongest(0, 1)))
                .map();

        assertEquals(0, map[0][1], 1e-12);
        assertEquals(1, map[0][2], 1e-12);
    }
}
