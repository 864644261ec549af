package heed.studies.walkthrough;

import heed.studies.claim.Lab;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/// Times of several pieces of work that are compared: each once a round, round after round, so that a change of the
/// machine's clock meets all of them alike; the median counts. Work is done by the calling thread alone, and the
/// time is what that thread had of the processor: what others do meanwhile does not count.
final class Rounds {
    private final Map<String, Runnable> work = new LinkedHashMap<>();
    private final Map<String, double[]> times = new LinkedHashMap<>();

    /// Adds a piece of work.
    Rounds add(String name, Runnable piece) {
        work.put(name, piece);
        return this;
    }

    /// Runs all once to warm up, then `count` rounds.
    Rounds run(Lab lab, int count) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier clock =
                threads.isCurrentThreadCpuTimeSupported() ? threads::getCurrentThreadCpuTime : System::nanoTime;
        List<String> names = new ArrayList<>(work.keySet());
        work.values().forEach(Runnable::run);
        names.forEach(name -> times.put(name, new double[count]));
        for (int round = 0; round < count; round++) {
            lab.progress().doing("walkthrough: timing, round %d of %d".formatted(round + 1, count));
            for (String name : names) {
                lab.stopIfInterrupted();
                long start = clock.getAsLong();
                Objects.requireNonNull(work.get(name)).run();
                Objects.requireNonNull(times.get(name))[round] = (clock.getAsLong() - start) / 1e9;
            }
        }
        return this;
    }

    /// The median time of `name`, in seconds.
    double seconds(String name) {
        return median(Objects.requireNonNull(times.get(name)));
    }

    /// The median, over the rounds, of the time of `name` by that of `base` in the same round.
    double ratio(String name, String base) {
        double[] times = Objects.requireNonNull(this.times.get(name));
        double[] bases = Objects.requireNonNull(this.times.get(base));
        double[] ratios = new double[times.length];
        Arrays.setAll(ratios, round -> times[round] / bases[round]);
        return median(ratios);
    }

    /// The middle of `values`, the upper of two.
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
