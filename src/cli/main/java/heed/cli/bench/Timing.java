package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// How long runs of a plan took.
///
/// @param medianNs half of the runs took longer
/// @param p10Ns a tenth took less
/// @param p90Ns a tenth took more
/// @param allocatedBytes bytes that all threads allocated on the heap in a run: the median, since the compiler at work
///         makes single runs allocate
record Timing(long medianNs, long p10Ns, long p90Ns, long allocatedBytes) {
    private static final long WARM_NANOS = 1_000_000_000L;
    private static final long ENOUGH_NANOS = 5_000_000_000L;
    private static final int FEWEST = 5;

    /// Runs `plan` over `arguments` in turn: first until it is compiled, then up to `runs` times on the clock.
    static Timing of(AttentionPlan plan, List<AttentionArguments> arguments, int runs, boolean quick) {
        int next = warmUp(plan, arguments, quick ? WARM_NANOS / 2 : WARM_NANOS);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] nanos = new long[runs];
        int done = 0;
        long[] bytes = new long[runs];
        long begin = System.nanoTime();
        while (done < runs && (done < FEWEST || System.nanoTime() - begin < ENOUGH_NANOS)) {
            AttentionArguments turn = arguments.get(next++ % arguments.size());
            long before = threads.getTotalThreadAllocatedBytes();
            long start = System.nanoTime();
            plan.run(turn);
            nanos[done] = System.nanoTime() - start;
            bytes[done++] = threads.getTotalThreadAllocatedBytes() - before;
        }
        return of(Arrays.copyOf(nanos, done), Arrays.copyOf(bytes, done));
    }

    private static int warmUp(AttentionPlan plan, List<AttentionArguments> arguments, long atLeast) {
        long begin = System.nanoTime();
        int next = 0;
        while (next < 2 || System.nanoTime() - begin < atLeast) {
            plan.run(arguments.get(next++ % arguments.size()));
        }
        return next;
    }

    private static Timing of(long[] nanos, long[] bytes) {
        Arrays.sort(nanos);
        Arrays.sort(bytes);
        return new Timing(quantile(nanos, 0.5), quantile(nanos, 0.1), quantile(nanos, 0.9), quantile(bytes, 0.5));
    }

    /// Nearest rank.
    static long quantile(long[] sorted, double q) {
        return sorted[(int) Math.round(q * (sorted.length - 1))];
    }
}
