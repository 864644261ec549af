package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is made of measured times.
final class TimingTest {
    @ParameterizedTest
    @CsvSource({"0, 50000", "1, 50000", "1500, 34", "49999, 2", "50000, 1", "9000000000, 1"})
    void shortRunsAreMeasuredTogether(long nanos, int together) {
        assertEquals(together, Timing.together(nanos));
    }

    @Test
    void quantilesAreOfTheSortedRuns() {
        long[] nanos = {110, 100, 90, 200, 80, 105, 95, 85, 115, 120, 75};
        Timing timing = Timing.of(nanos, new long[] {0, 4000, 0});
        assertEquals(11, timing.runs());
        assertEquals(100, timing.medianNs());
        assertEquals(80, timing.p10Ns());
        assertEquals(120, timing.p90Ns());
        assertEquals(40, timing.noisePercent());
        assertEquals(0, timing.allocatedBytes());
    }
}
