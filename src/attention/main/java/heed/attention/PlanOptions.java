package heed.attention;

import java.util.Optional;
import java.util.concurrent.Executor;

/// How a plan computes; nothing here changes a bit of the result.
///
/// @param threads threads a run may use, the calling one included; [AttentionArguments#threads] lowers it for a run
/// @param executor where helpers run; empty for the backend's own pool. The calling thread always works too and never
///         waits for a task that has not started, so a run may itself be a task of this executor
/// @param maxConcurrentRuns workspaces of the plan; a further run waits for one
/// @param backend the backend that must do it; empty to let [Attention] choose
/// @param selfCheck how [Attention] checks the plan's runs; empty for as the session's are
public record PlanOptions(
        int threads,
        Optional<Executor> executor,
        int maxConcurrentRuns,
        Optional<String> backend,
        Optional<SelfCheck> selfCheck) {

    /// All processors, the backend's own pool, one run at a time.
    public static final PlanOptions DEFAULT = new PlanOptions(
            Runtime.getRuntime().availableProcessors(), Optional.empty(), 1, Optional.empty(), Optional.empty());

    /// Checks the counts.
    public PlanOptions {
        Checks.positive("threads", threads);
        Checks.positive("maxConcurrentRuns", maxConcurrentRuns);
    }

    /// These options with at most `count` threads.
    public PlanOptions withThreads(int count) {
        return new PlanOptions(count, executor, maxConcurrentRuns, backend, selfCheck);
    }

    /// These options with helpers on `pool`.
    public PlanOptions withExecutor(Executor pool) {
        return new PlanOptions(threads, Optional.of(pool), maxConcurrentRuns, backend, selfCheck);
    }

    /// These options with `count` workspaces.
    public PlanOptions withMaxConcurrentRuns(int count) {
        return new PlanOptions(threads, executor, count, backend, selfCheck);
    }

    /// These options with the named backend forced.
    public PlanOptions withBackend(String name) {
        return new PlanOptions(threads, executor, maxConcurrentRuns, Optional.of(name), selfCheck);
    }

    /// These options with runs checked by `check`; [SelfCheck#OFF] for none.
    public PlanOptions withSelfCheck(SelfCheck check) {
        return new PlanOptions(threads, executor, maxConcurrentRuns, backend, Optional.of(check));
    }
}
