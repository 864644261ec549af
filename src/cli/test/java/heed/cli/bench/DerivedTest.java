package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Figures that follow from several rows.
final class DerivedTest {
    private static Measurement row(int threads, String shape, long nanos, long workspace) {
        Timing timing = new Timing(10, nanos, nanos, nanos, 0);
        return new Measurement("vector", threads, BenchShape.parse(shape), timing, 1, workspace, 0, 0);
    }

    @Test
    void twoThreadsAreComparedWithOneInPrefillOnly() {
        List<Measurement> rows = List.of(
                row(1, "8/8,64/64,64", 1000, 1),
                row(2, "8/8,64/64,64", 500, 1),
                row(2, "8/8,64/64,64,causal", 500, 1),
                row(1, "8/8,1/64,64", 1000, 1),
                row(2, "8/8,1/64,64", 500, 1));
        assertEquals(List.of(new Derived("speedup", "vector", 2, "8/8,64/64,64,f32", 2)), Derived.of(rows));
    }

    @Test
    void typesAreComparedWithF32OfTheSameLayoutAndThreads() {
        List<Measurement> rows = List.of(
                row(1, "8/8,1/64,64", 1000, 1),
                row(1, "8/8,1/64,64,panels", 800, 1),
                row(1, "8/8,1/64,64,int8,panels", 200, 1),
                row(2, "8/8,1/64,64,int8,panels", 100, 1));
        assertEquals(List.of(new Derived("speedOfF32", "vector", 1, "8/8,1/64,64,int8,panels", 4)), Derived.of(rows));
    }

    @Test
    void theSlopeOfASquareIsTwo() {
        List<Measurement> rows = new ArrayList<>();
        for (BenchShape shape : ShapeTable.scaling()) {
            long n = shape.kvLen();
            rows.add(row(1, shape.toString(), n * n, 3 * n));
            rows.add(row(2, shape.toString(), n, 4096));
        }
        List<Derived> slopes = Derived.of(rows).stream()
                .filter(figure -> figure.figure().endsWith("Slope"))
                .toList();
        assertEquals(
                List.of("timeSlope", "workspaceSlope", "timeSlope", "workspaceSlope"),
                slopes.stream().map(Derived::figure).toList());
        double[] expected = {2, 1, 1, 0};
        for (int n = 0; n < expected.length; n++) {
            assertEquals(expected[n], slopes.get(n).value(), 1e-9);
            assertEquals("1/1,16384/16384,128,f32", slopes.get(n).shape());
        }
    }

    @Test
    void twoLengthsMakeNoSlope() {
        assertEquals(List.of(), Derived.of(List.of(row(1, "1/1,64/64,8", 100, 1), row(1, "1/1,128/128,8", 400, 1))));
    }

    @Test
    void driftIsTheDistanceOfTheExtremes() {
        Drift drift = Drift.of(2, List.of(190.0, 200.0, 180.0));
        assertEquals(new Drift(2, 3, 180, 200), drift);
        assertEquals(10, drift.percent());
    }
}
