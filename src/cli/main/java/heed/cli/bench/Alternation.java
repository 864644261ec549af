package heed.cli.bench;

import java.util.Arrays;

/// How long two things take that are done alternately, one after the other, so that whatever else the machine does
/// falls on both.
///
/// @param runs measurements of each
/// @param firstNs half of the first one's took longer
/// @param secondNs half of the second one's
public record Alternation(int runs, long firstNs, long secondNs) {
    private static final long WARM_NANOS = 400_000_000L;
    private static final long ENOUGH_NANOS = 10_000_000_000L;
    private static final int FEWEST = 5;

    /// Does both until they are compiled, then up to `runs` times on the clock, fewer if they take long.
    public static Alternation of(Runnable first, Runnable second, int runs, boolean quick) {
        Turns one = new Turns(first);
        Turns other = new Turns(second);
        long window = quick ? WARM_NANOS / 40 : WARM_NANOS;
        int ones = Turns.together(one.warmUp(window));
        int others = Turns.together(other.warmUp(window));
        long[] took = new long[runs];
        long[] otherTook = new long[runs];
        int done = 0;
        long begin = System.nanoTime();
        while (done < runs && (done < FEWEST || System.nanoTime() - begin < ENOUGH_NANOS)) {
            took[done] = one.run(ones) / ones;
            otherTook[done++] = other.run(others) / others;
        }
        return new Alternation(done, median(took, done), median(otherTook, done));
    }

    private static long median(long[] nanos, int count) {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return Timing.quantile(sorted, 0.5);
    }
}
