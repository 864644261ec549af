package heed.attention;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A plan whose sampled rows are computed again before a run returns.
///
/// A run without a sampled row costs an atomic addition and a hash; one with some binds its arguments once more, for
/// this side's reading. All memory is made with the plan.
final class SelfCheckedPlan extends GuardedPlan {
    private final SelfChecks checks;
    private final RowSampling sampling;
    private final AtomicLong rows = new AtomicLong();
    private final WorkspacePool<AttentionCall, CheckedRows> workspaces;
    private final long workspaceBytes;

    /// @param number of the plan in its session
    SelfCheckedPlan(
            AttentionPlan plan,
            SelfChecks checks,
            SelfCheck check,
            long number,
            WorkspacePool<AttentionCall, CheckedRows> workspaces) {
        super(plan, checks.quarantine().term(plan.backend()));
        this.checks = checks;
        sampling = RowSampling.of(check, number);
        this.workspaces = workspaces;
        workspaceBytes = plan.workspaceBytes() + workspaces.bytes();
    }

    @Override
    public long workspaceBytes() {
        return workspaceBytes;
    }

    @Override
    public void run(AttentionArguments arguments) {
        long count = rows(arguments.query);
        long from = rows.getAndAdd(count);
        if (sampling.next(from) >= from + count) {
            super.run(arguments);
            tell(arguments.report, 0, 0);
        } else {
            check(arguments, from, from + count);
        }
    }

    /// Rows of the query tensor, padding included: those that count are known only once lengths are resolved.
    private static long rows(@Nullable Tensor query) {
        return query == null || query.rank() != 4 ? 0 : (long) query.size(0) * query.size(1) * query.size(2);
    }

    private void check(AttentionArguments arguments, long from, long to) {
        try (var slot = workspaces.take()) {
            bind(slot.call(), arguments);
            CheckedRows checked = slot.workspace();
            checked.begin(sampling, from, to);
            super.run(arguments);
            boolean right = checked.judge();
            tell(arguments.report, checked.judged(), checked.wrong());
            if (!right) {
                checked.follow(checks, term());
            }
        }
    }

    /// Wrong arguments are refused here as the plan would.
    private void bind(AttentionCall call, AttentionArguments arguments) {
        try {
            call.bind(arguments);
        } catch (RuntimeException refusal) {
            Events.refusal(backend(), refusal);
            throw refusal;
        }
    }

    private static void tell(@Nullable CallReport report, long checked, long mismatched) {
        if (report != null) {
            report.recordCheck(checked, mismatched);
        }
    }
}
