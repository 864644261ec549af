package heed.attention;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The self-checks of one [Attention]: which of them a plan gets, and what follows from a wrong row.
final class SelfChecks {
    private static final System.Logger LOG = System.getLogger(SelfCheck.class.getName());

    /// Files that a session saves: enough to look into, too few to fill a disk.
    private static final int MOST_SAVED = 16;

    private final Quarantine quarantine = new Quarantine();
    private final AtomicLong plans = new AtomicLong();
    private final AtomicInteger saved = new AtomicInteger();
    private volatile Optional<SelfCheck> session = Optional.empty();

    Quarantine quarantine() {
        return quarantine;
    }

    void use(SelfCheck check) {
        session = Optional.of(check);
    }

    /// Whether one of that name was shut out.
    boolean enable(String name) {
        boolean any = quarantine.lift(name);
        if (any) {
            Events.quarantine(name, true);
        }
        return any;
    }

    /// Ends a quarantine of what the library of `old` computed, now that `successor` has taken its place with another.
    void exchanged(String old, String successor) {
        boolean lifted = quarantine.renew(old);
        quarantine.renew(successor);
        if (lifted) {
            Events.quarantine(old, true);
        }
    }

    /// A plan of `backend` whose runs are checked, and refused while the backend is quarantined. The reference's own
    /// needs neither.
    AttentionPlan plan(AttentionBackend backend, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        SelfCheck check = of(options);
        AttentionPlan plan = backend.plan(spec, sizes, options);
        if (backend.name().equals("reference")) {
            return plan;
        }
        if (check.isOff()) {
            return new GuardedPlan(plan, quarantine.term(plan.backend()));
        }
        try {
            double unit = backend.unitRoundoff(spec);
            int runs = options.maxConcurrentRuns();
            long number = plans.getAndIncrement();
            return new SelfCheckedPlan(
                    plan, this, check, number, CheckedRows.pool(plan, spec, check, number, unit, runs));
        } catch (RuntimeException | OutOfMemoryError failure) {
            plan.close();
            throw failure;
        }
    }

    /// A gradient's plan, refused while its backend is quarantined.
    GradientPlan guarded(GradientPlan plan) {
        return plan.backend().equals("reference")
                ? plan
                : new GuardedGradientPlan(plan, quarantine.term(plan.backend()));
    }

    private SelfCheck of(PlanOptions options) {
        return options.selfCheck()
                .or(() -> session)
                .or(() -> read("system property " + SelfCheck.PROPERTY, System.getProperty(SelfCheck.PROPERTY)))
                .or(() -> read("environment variable " + SelfCheck.VARIABLE, System.getenv(SelfCheck.VARIABLE)))
                .orElse(SelfCheck.OFF);
    }

    private static Optional<SelfCheck> read(String where, @org.jspecify.annotations.Nullable String text) {
        if (text == null || text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SelfCheck.parse(text));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(where + ": " + wrong.getMessage(), wrong);
        }
    }

    /// What follows from the wrong rows of a run, of which `found` is the worst and the one that `row` stands at.
    ///
    /// @param term the plan's, which a quarantine ends
    /// @throws SelfCheckException unless the policy is to report
    void follow(SelfCheck check, Mismatch found, AttentionCall call, CheckedRows row, Quarantine.Term term) {
        Mismatch mismatch = check.saveTo()
                .filter(_ -> saved.get() < MOST_SAVED && saved.getAndIncrement() < MOST_SAVED)
                .flatMap(directory -> save(directory, found, call, row))
                .map(found::savedTo)
                .orElse(found);
        LOG.log(System.Logger.Level.ERROR, mismatch::toString);
        switch (check.policy()) {
            case REPORT -> {}
            case THROW -> throw new SelfCheckException(mismatch, "");
            case QUARANTINE -> {
                if (term.end(mismatch.toString())) {
                    Events.quarantine(mismatch.backend(), false);
                }
                throw new SelfCheckException(
                        mismatch, " and plan anew: " + mismatch.backend() + " is quarantined, another takes its place");
            }
        }
    }

    /// Whatever keeps a row from being saved, a lack of memory for long ones included, keeps nothing from
    /// following.
    private static Optional<Path> save(Path directory, Mismatch mismatch, AttentionCall call, CheckedRows row) {
        try {
            return Optional.of(SavedRow.of(mismatch, call, row).write(directory));
        } catch (java.io.IOException | RuntimeException | OutOfMemoryError unwritten) {
            LOG.log(System.Logger.Level.WARNING, () -> "the inputs of a wrong row could not be saved: " + unwritten);
            return Optional.empty();
        }
    }
}
