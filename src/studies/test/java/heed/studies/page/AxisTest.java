package heed.studies.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

final class AxisTest {
    private static List<String> written(Axis axis) {
        return axis.ticks().stream().map(axis::written).toList();
    }

    @Test
    void ticksAreRoundAndReachTheData() {
        assertEquals(
                List.of("0", "2", "4", "6", "8", "10"), written(Axis.linear("x").reaching(0.3, 9.7)));
        assertEquals(List.of("-0.5", "0", "0.5", "1"), written(Axis.linear("x").reaching(-0.41, 0.93)));
    }

    @Test
    void decadesAreTicksOfLogarithms() {
        assertEquals(
                List.of("0.01", "0.1", "1", "10", "100"), written(Axis.log("x").reaching(0.01, 100)));
        assertEquals(
                List.of("10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"),
                written(Axis.log("x").reaching(1e-12, 1)));
    }

    @Test
    void anAxisOfFewDecadesHasTicksBetween() {
        assertEquals(List.of("1000", "2000", "5000"), written(Axis.log("n").reaching(512, 8192)));
        assertEquals(
                List.of("20", "30", "40", "50", "60", "70", "80"),
                written(Axis.log("n").reaching(20, 80)));
    }

    @Test
    void constantDataHaveAPlace() {
        for (double value : new double[] {0, 3, -7, 1e-9, 1e12}) {
            Axis axis = Axis.linear("x").reaching(value, value);
            assertTrue(axis.share(value) >= 0 && axis.share(value) <= 1, axis.toString());
            assertTrue(axis.ticks().size() > 1, axis.toString());
        }
        assertEquals(0, Axis.log("x").reaching(5, 5).share(5));
    }

    @Test
    void noDataGetAnAxisAllTheSame() {
        assertEquals(
                Axis.linear("x").range(0, 1),
                Axis.linear("x").reaching(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        assertEquals(
                Axis.log("x").range(1, 10), Axis.log("x").reaching(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
    }

    @Test
    void zeroHasNoPlaceOnALogarithm() {
        assertFalse(Axis.log("x").takes(0));
        assertFalse(Axis.log("x").takes(-1));
        assertFalse(Axis.linear("x").takes(Double.NaN));
        assertEquals(Axis.log("x").range(2, 50), Axis.log("x").range(0, 50).reaching(2, 40));
    }

    @Test
    void numbersAreWrittenShort() {
        Axis axis = Axis.linear("x");
        assertEquals("0", axis.written(-1e-17));
        assertEquals("0.25", axis.written(0.25));
        assertEquals("-300", axis.written(-300));
        assertEquals("2·10⁵", axis.written(2e5));
        assertEquals("2.5·10⁻⁴", axis.written(2.5e-4));
    }
}
