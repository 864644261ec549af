package heed.cli.bench;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import java.util.List;

/// Something to do again and again, and the clock beside it.
record Turns(Runnable turn) {
    /// Windows of warming up, of which the last was not much faster than the one before; on a machine that others use,
    /// too, the compiler may need several.
    private static final int MOST_WINDOWS = 8;

    private static final double NOTICEABLE = 0.95;

    /// What a measurement takes at least: a thousand times what reading the clock does.
    private static final long SHORTEST_NANOS = 50_000;

    /// Runs of `plan` over each of `arguments` in turn.
    static Turns of(AttentionPlan plan, List<AttentionArguments> arguments) {
        return new Turns(new InTurn(plan, arguments));
    }

    /// Runs that are measured at a time, given what one takes.
    static int together(long nanos) {
        return (int) Math.ceilDiv(SHORTEST_NANOS, Math.clamp(nanos, 1, SHORTEST_NANOS));
    }

    /// Nanoseconds of `count` runs.
    long run(int count) {
        long start = System.nanoTime();
        for (int n = 0; n < count; n++) {
            turn.run();
        }
        return System.nanoTime() - start;
    }

    /// Nanoseconds of the shortest run once runs no longer become faster.
    ///
    /// @param window nanoseconds between two looks
    long warmUp(long window) {
        long before = shortest(window);
        for (int n = 1; n < MOST_WINDOWS; n++) {
            long now = shortest(window);
            if (now > NOTICEABLE * before) {
                return Math.min(now, before);
            }
            before = now;
        }
        return before;
    }

    private long shortest(long window) {
        long begin = System.nanoTime();
        long shortest = Long.MAX_VALUE;
        do {
            shortest = Math.min(shortest, run(1));
        } while (System.nanoTime() - begin < window);
        return shortest;
    }
}
