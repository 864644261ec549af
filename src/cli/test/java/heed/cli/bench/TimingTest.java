package heed.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is made of measured times.
final class TimingTest {
    @ParameterizedTest
    @CsvSource({"0, 50000", "1, 50000", "1500, 34", "49999, 2", "50000, 1", "9000000000, 1"})
    void shortRunsAreMeasuredTogether(long nanos, int together) {
        assertEquals(together, Turns.together(nanos));
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

    @Test
    void whatARunAllocatesIsReadAndNothingElse() {
        assertEquals(
                0,
                Timing.of(new Idle(0), List.of(new AttentionArguments()), 20, true)
                        .allocatedBytes());
        long kept = Timing.of(new Idle(1 << 20), List.of(new AttentionArguments()), 20, true)
                .allocatedBytes();
        assertTrue(kept >= 1 << 20 && kept < (1 << 20) + 64, () -> "allocatedBytes=" + kept);
    }

    /// A plan that does nothing but allocate.
    private record Idle(int length, byte[][] last) implements AttentionPlan {
        Idle(int length) {
            this(length, new byte[1][]);
        }

        @Override
        public void run(AttentionArguments arguments) {
            if (length > 0) {
                last[0] = new byte[length];
            }
        }

        @Override
        public AttentionSpec spec() {
            return BenchShape.parse("1/1,1/1,1").spec(KeyLayout.rows());
        }

        @Override
        public AttentionSizes sizes() {
            return new AttentionSizes(1, 1, 1);
        }

        @Override
        public String backend() {
            return "idle";
        }

        @Override
        public long workspaceBytes() {
            return 0;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
