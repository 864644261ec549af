package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// How long runs of a plan took. Runs too short for the clock are measured several at a time, and divided.
///
/// @param runs measurements
/// @param medianNs half of the runs took longer
/// @param p10Ns a tenth took less
/// @param p90Ns a tenth took more
/// @param allocatedBytes bytes that all threads allocated on the heap in a run: the median, since the compiler at work
///         makes single runs allocate
record Timing(int runs, long medianNs, long p10Ns, long p90Ns, long allocatedBytes) {
    private static final long WARM_NANOS = 500_000_000L;
    private static final long ENOUGH_NANOS = 5_000_000_000L;

    /// A median and tenths of fewer say little.
    private static final int FEWEST = 10;

    /// Runs `plan` over `arguments` in turn: first until it is compiled, then up to `runs` times on the clock.
    static Timing of(AttentionPlan plan, List<AttentionArguments> arguments, int runs, boolean quick) {
        Turns turns = Turns.of(plan, arguments);
        long nanos = turns.warmUp(quick ? WARM_NANOS / 2 : WARM_NANOS);
        int together = Turns.together(nanos);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] took = new long[runs];
        long[] bytes = new long[runs];
        int done = 0;
        long begin = System.nanoTime();
        while (done < runs && (done < FEWEST || System.nanoTime() - begin < ENOUGH_NANOS)) {
            long before = threads.getTotalThreadAllocatedBytes();
            took[done] = turns.run(together) / together;
            bytes[done++] = (threads.getTotalThreadAllocatedBytes() - before) / together;
        }
        return of(Arrays.copyOf(took, done), Arrays.copyOf(bytes, done));
    }

    static Timing of(long[] nanos, long[] bytes) {
        Arrays.sort(nanos);
        Arrays.sort(bytes);
        return new Timing(
                nanos.length, quantile(nanos, 0.5), quantile(nanos, 0.1), quantile(nanos, 0.9), quantile(bytes, 0.5));
    }

    /// What lies between the tenths, in percent of the median: how far runs differ.
    double noisePercent() {
        return 100.0 * (p90Ns - p10Ns) / medianNs;
    }

    /// Nearest rank.
    static long quantile(long[] sorted, double q) {
        return sorted[(int) Math.round(q * (sorted.length - 1))];
    }
}
