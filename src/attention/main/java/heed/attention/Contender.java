package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A backend in a [Trial]. What it throws ends its part, and nobody else's: an exception, code that does not
/// link, more memory than there is.
final class Contender implements AutoCloseable {
    /// Runs that are this much faster than those of the window before are still being compiled.
    private static final double NOTICEABLE = 0.95;

    private static final int MOST_TOGETHER = 1 << 16;

    private final AttentionBackend backend;
    private final List<AttentionArguments> arguments;
    private final List<Long> samples = new ArrayList<>();
    private Optional<AttentionPlan> plan = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private int next;
    private long shortest = Long.MAX_VALUE;

    Contender(AttentionBackend backend, List<AttentionArguments> arguments) {
        this.backend = backend;
        this.arguments = arguments;
    }

    /// Plans, and lets the first result be looked at.
    void prepare(AttentionSpec spec, AttentionSizes sizes, PlanOptions options, TrialData data, TrialCheck check) {
        attempt(() -> {
            plan = Optional.of(backend.plan(spec, sizes, options));
            data.forgetOutput();
            run(1);
            failure = check.complaint(data.output());
        });
    }

    /// Runs until runs no longer become faster, so that what is timed is compiled.
    void warmUp(Tuning.Effort effort) {
        attempt(() -> {
            long before;
            int window = 0;
            do {
                before = shortest;
                long begin = System.nanoTime();
                do {
                    shortest = Math.min(shortest, run(1));
                } while (System.nanoTime() - begin < effort.windowNanos());
            } while (++window < effort.windows() && shortest < NOTICEABLE * before);
        });
    }

    /// Adds a sample. Its first run is not timed: the caches are full of another's data.
    void turn(Tuning.Effort effort) {
        attempt(() -> {
            int together = Math.clamp(effort.turnNanos() / Math.max(1, shortest), 1, MOST_TOGETHER);
            if (shortest < effort.turnNanos()) {
                run(1);
            }
            samples.add(Math.max(1, run(together) / together));
        });
    }

    private long run(int count) {
        AttentionPlan runs = plan.orElseThrow();
        long start = System.nanoTime();
        for (int n = 0; n < count; n++) {
            runs.run(arguments.get(next));
            next = next + 1 < arguments.size() ? next + 1 : 0;
        }
        return System.nanoTime() - start;
    }

    private void attempt(Runnable step) {
        if (failure.isEmpty()) {
            try {
                step.run();
            } catch (RuntimeException | LinkageError | OutOfMemoryError thrown) {
                failure = String.valueOf(thrown).lines().findFirst().or(() -> Optional.of("it threw"));
            }
        }
    }

    /// What it came to.
    MeasuredCost cost() {
        String library = MeasuredCost.library(backend);
        if (failure.isPresent()) {
            return new MeasuredCost.Failed(backend.name(), library, failure.get());
        }
        long[] sorted = samples.stream().mapToLong(Long::longValue).sorted().toArray();
        return new MeasuredCost.Took(backend.name(), library, sorted[sorted.length / 2]);
    }

    @Override
    public void close() {
        plan.ifPresent(AttentionPlan::close);
    }
}
