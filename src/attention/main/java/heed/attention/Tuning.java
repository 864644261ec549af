package heed.attention;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// What a session knows of its backends' costs, and whether it may find out more.
///
/// ```java
/// Tuning tuning = Tuning.measuring(readTable(), this::writeTable); // or Tuning.known(table), which never measures
/// Attention attention = Attention.load().tuned(tuning);
/// ```
///
/// A bucket is measured once, by the first plan that needs it: some tenths of a second for each candidate,
/// during which other plans of unknown buckets wait, since two measurements at once measure each other. What is
/// measured is told at once, so that the program can keep it: where and how is its own business. Safe for use
/// by several threads, and by sessions of the same backends: one that has others measures all of its own anew,
/// since times of two measurements do not compare.
public final class Tuning {
    /// How long a measurement takes for each backend.
    public enum Effort {
        /// For a first plan that users wait for: a third of a second each where runs are short.
        QUICK(3, 80, 5, 150),
        /// For `heed tune`: two seconds.
        THOROUGH(6, 250, 20, 1000);

        private final int windows;
        private final long windowNanos;
        private final long turnNanos;
        private final long nanos;

        Effort(int windows, long windowMillis, long turnMillis, long millis) {
            this.windows = windows;
            windowNanos = windowMillis * 1_000_000;
            turnNanos = turnMillis * 1_000_000;
            nanos = millis * 1_000_000;
        }

        /// Most spans of warming up.
        int windows() {
            return windows;
        }

        /// One such span.
        long windowNanos() {
            return windowNanos;
        }

        /// What one sample takes at least.
        long turnNanos() {
            return turnNanos;
        }

        /// What all samples together take, unless they are very few.
        long nanos() {
            return nanos;
        }
    }

    private static final System.Logger LOG = System.getLogger(Tuning.class.getName());

    private final boolean measures;
    private final Consumer<TuningTable> keep;
    private final Effort effort;
    private final ReentrantLock measuring = new ReentrantLock();
    private volatile TuningTable table;

    private Tuning(boolean measures, TuningTable table, Consumer<TuningTable> keep, Effort effort) {
        this.measures = measures;
        this.table = table;
        this.keep = keep;
        this.effort = effort;
    }

    /// Chooses by what `table` says and measures nothing.
    public static Tuning known(TuningTable table) {
        return new Tuning(false, table, _ -> {}, Effort.QUICK);
    }

    /// Chooses by what `table` says and measures the rest when it is first asked for.
    ///
    /// @param keep is given the whole table after each measurement, never by two threads at once; what it throws is
    ///     logged
    public static Tuning measuring(TuningTable table, Consumer<TuningTable> keep) {
        return new Tuning(true, table, keep, Effort.QUICK);
    }

    /// A tuning like this that takes as long as `wanted` over a measurement; what this one learns later, it does not.
    public Tuning withEffort(Effort wanted) {
        return new Tuning(measures, table, keep, wanted);
    }

    /// What is known by now.
    public TuningTable table() {
        return table;
    }

    /// The costs of the bucket of `spec`, measured now if they are to be.
    ///
    /// @param candidates those that can
    Costs costs(AttentionSpec spec, AttentionSizes sizes, PlanOptions options, List<AttentionBackend> candidates) {
        Costs known = known(spec, sizes, options);
        List<AttentionBackend> rivals = Costs.rivals(spec, candidates);
        if (!measures || rivals.size() < 2 || known.isBarred() || known.covers(rivals)) {
            return known;
        }
        measuring.lock();
        try {
            return known(spec, sizes, options).covers(rivals)
                    ? known(spec, sizes, options)
                    : measure(spec, sizes, options, rivals);
        } finally {
            measuring.unlock();
        }
    }

    /// The costs of the bucket of `spec`, as far as they are known.
    Costs known(AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        return Costs.of(spec, table, ShapeBucket.of(spec, sizes, options));
    }

    private Costs measure(
            AttentionSpec spec, AttentionSizes sizes, PlanOptions options, List<AttentionBackend> rivals) {
        ShapeBucket bucket = ShapeBucket.of(spec, sizes, options);
        long start = System.nanoTime();
        List<MeasuredCost> measured = measured(spec, bucket, options, rivals);
        table = table.with(bucket, measured);
        if (!measured.isEmpty()) {
            Events.tuning(bucket, measured, System.nanoTime() - start);
            keep(bucket);
        }
        return Costs.of(spec, table, bucket);
    }

    /// What `rivals` cost. A bucket whose measurement fails is known with no costs, so that no plan tries again.
    private List<MeasuredCost> measured(
            AttentionSpec spec, ShapeBucket bucket, PlanOptions options, List<AttentionBackend> rivals) {
        try {
            return new Trial(spec, bucket, options, effort).of(rivals);
        } catch (RuntimeException | OutOfMemoryError failure) {
            LOG.log(System.Logger.Level.WARNING, "{0} was not measured: {1}", bucket, failure);
            return List.of();
        }
    }

    private void keep(ShapeBucket bucket) {
        try {
            keep.accept(table);
        } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "what was measured of {0} is not kept: {1}", bucket, failure);
        }
    }
}
