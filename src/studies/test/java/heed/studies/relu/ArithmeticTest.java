package heed.studies.relu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.studies.Labs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Squares, products and reciprocals with exact gates, and once with attention's.
final class ArithmeticTest {
    private static final Gates EXACT = new Gates.Exact();

    @Test
    void squareMeetsItsPoints() {
        double[] points = {0, .25, .5, .75, 1};
        assertArrayEquals(new double[] {0, .0625, .25, .5625, 1}, new Square(2).of(EXACT, points), 1e-15);
    }

    @Test
    void squareIsOffMostBetweenThem() {
        Square square = new Square(3);
        assertEquals(1 / 256.0, square.error(), 0);
        assertEquals(square.error() + 1 / 256.0, square.of(EXACT, new double[] {1 / 16.0})[0], 1e-15);
    }

    @Test
    void productOfEitherSign() {
        Product product = new Product(2, new Square(8));
        double[] products = product.of(EXACT, new double[] {-1.5, 1.5, -2}, new double[] {.7, .7, -2});
        assertArrayEquals(new double[] {-1.05, 1.05, 4}, products, product.error(0));
    }

    @Test
    void productByHeadsStaysWithinItsBound() {
        AttentionGates gates = new AttentionGates(Labs.quick(), 1e4);
        Product product = new Product(1, new Square(4));
        double[] products = product.of(gates, new double[] {-.3, 1e-4}, new double[] {.9, .5});
        assertArrayEquals(new double[] {-.27, 5e-5}, products, product.error(gates.error()));
    }

    @ParameterizedTest
    @CsvSource({"1e-2, 21", "1e-3, 68", "1e-4, 216"})
    void reciprocalGates(double error, int expected) {
        assertEquals(expected, new Reciprocal(.1, error).gates());
    }

    @Test
    void reciprocalMeetsItsKnots() {
        Reciprocal reciprocal = new Reciprocal(.1, 1e-2);
        double[] knots = reciprocal.knots();
        double[] outputs = reciprocal.of(EXACT, knots);
        for (int k = 0; k < knots.length; k++) {
            assertEquals(1 / knots[k], outputs[k], 1e-12);
        }
    }

    @Test
    void reciprocalIsOffByAsMuchInEveryPiece() {
        Reciprocal reciprocal = new Reciprocal(.1, 1e-2);
        double[] knots = reciprocal.knots();
        double step = (1 / Math.sqrt(.1) - 1) / reciprocal.pieces();
        for (int k = 0; k < reciprocal.pieces(); k++) {
            double x = Math.sqrt(knots[k] * knots[k + 1]);
            assertEquals(step * step, reciprocal.of(EXACT, new double[] {x})[0] - 1 / x, 1e-12);
        }
    }
}
