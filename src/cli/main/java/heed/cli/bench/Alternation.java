package heed.cli.bench;

import java.util.Arrays;

/// How long two things take that are done alternately, one after the other, so that whatever else the machine does
/// falls on both.
///
/// @param runs measurements of each
/// @param firstNs half of the first one's took longer
/// @param secondNs half of the second one's
/// @param firstFastestNs none of the first one's took less
/// @param secondFastestNs none of the second one's
public record Alternation(int runs, long firstNs, long secondNs, long firstFastestNs, long secondFastestNs) {
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
        return of(Arrays.copyOf(took, done), Arrays.copyOf(otherTook, done));
    }

    private static Alternation of(long[] first, long[] second) {
        Arrays.sort(first);
        Arrays.sort(second);
        return new Alternation(
                first.length, Timing.quantile(first, 0.5), Timing.quantile(second, 0.5), first[0], second[0]);
    }
}
