package heed.attention;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The sampled rows of one run: read before it where it merges into them, judged after it. One for each run at a time.
final class CheckedRows implements PooledPlan.Workspace {
    private final AttentionCall call;
    private final AttentionSpec spec;
    private final String backend;
    private final SelfCheck check;
    private final long plan;
    private final ExpectedRow expected;

    /// Rows as they were before a run that accumulates, each the output and the log-sum-exp.
    private final double[] before;

    private RowSampling sampling = new RowSampling(0, 1);
    private long from;
    private long to;

    /// The row under consideration: its number, sequence, head and index.
    private long number;

    private int b;
    private int h;
    private int i;

    /// Where the row that [#goTo] went to lies in [#before].
    private int beforeAt;

    private long judged;
    private long wrong;
    private @Nullable Mismatch worst;

    private CheckedRows(AttentionCall call, AttentionPlan of, SelfCheck check, long plan, double unit, int mostRows) {
        this.call = call;
        this.check = check;
        this.plan = plan;
        backend = of.backend();
        spec = call.spec();
        expected = new ExpectedRow(call, of.sizes(), unit);
        before = new double[Math.multiplyExact(mostRows, spec.valueDim() + 1)];
    }

    /// Workspaces for as many runs as `plan` lets in at once.
    ///
    /// @param spec that was asked for: what the plan says of itself may be what is wrong
    /// @param number of the plan in its session
    /// @param unit the backend's unit roundoff
    static WorkspacePool<AttentionCall, CheckedRows> pool(
            AttentionPlan plan, AttentionSpec spec, SelfCheck check, long number, double unit, int runs) {
        AttentionSizes sizes = plan.sizes();
        long all = Math.multiplyExact((long) sizes.batch() * sizes.queryLen(), spec.queryHeads());
        int most = most(spec, Math.min(all, all / check.rows() + 2));
        CallSupplier calls = new CallSupplier(spec, sizes);
        return new WorkspacePool<>(
                runs,
                calls,
                AttentionCall::release,
                () -> new CheckedRows(calls.last(), plan, check, number, unit, most));
    }

    private static int most(AttentionSpec spec, long rows) {
        Checks.require(
                rows * (spec.valueDim() + 1) < Integer.MAX_VALUE - 8,
                "the checked rows of a run must fit an array, for runs that merge: rows=%d; check fewer",
                rows);
        return (int) rows;
    }

    /// A pool makes a call and then its workspace, which reads by it.
    private static final class CallSupplier implements Supplier<AttentionCall> {
        private final AttentionSpec spec;
        private final AttentionSizes sizes;
        private @Nullable AttentionCall last;

        CallSupplier(AttentionSpec spec, AttentionSizes sizes) {
            this.spec = spec;
            this.sizes = sizes;
        }

        @Override
        public AttentionCall get() {
            last = new AttentionCall(spec, sizes);
            return last;
        }

        AttentionCall last() {
            return java.util.Objects.requireNonNull(last);
        }
    }

    @Override
    public long bytes() {
        return expected.bytes() + Double.BYTES * (long) before.length;
    }

    @Override
    public void close() {}

    /// Rows that were judged.
    long judged() {
        return judged;
    }

    /// Those of them that are wrong.
    long wrong() {
        return wrong;
    }

    /// Takes the run's rows `from … to` of the plan's; the call is bound.
    void begin(RowSampling by, long first, long end) {
        sampling = by;
        from = first;
        to = end;
        judged = 0;
        wrong = 0;
        worst = null;
        if (call.accumulates()) {
            number = from - 1;
            for (int at = 0; next() && at < before.length; at += spec.valueDim() + 1) {
                keep(at);
            }
        }
    }

    /// Goes to the next sampled row that is no padding; false if there is none.
    private boolean next() {
        for (number = sampling.next(number + 1); number < to; number = sampling.next(number + 1)) {
            Tensor query = call.query();
            long index = number - from;
            int row = (int) (index % query.size(2));
            long head = index / query.size(2);
            h = (int) (head % query.size(1));
            b = call.sequences().sequenceOf((int) (head / query.size(1)), row);
            if (b >= 0) {
                i = row - call.sequences().queryStart(b);
                return true;
            }
        }
        return false;
    }

    private void keep(int at) {
        for (int d = 0; d < spec.valueDim(); d++) {
            before[at + d] = got(d);
        }
        before[at + spec.valueDim()] = gotLogSumExp();
    }

    private double got(int d) {
        Tensor output = call.output();
        return output.type().read(output.segment(), call.outputAt(b, h, i) + d * output.stride(3));
    }

    private double gotLogSumExp() {
        Tensor lse = call.logSumExp();
        return lse.type().read(lse.segment(), call.logSumExpAt(b, h, i));
    }

    /// Computes the rows again and compares; whether all are right.
    boolean judge() {
        number = from - 1;
        for (int at = 0; next(); at += spec.valueDim() + 1) {
            if (call.accumulates() && at >= before.length) {
                break; // a padded tensor may hold more of them than a plan has rows
            }
            if (isJudged(at)) {
                judged++;
                compare();
            }
        }
        return wrong == 0;
    }

    /// Whether it is known what the row should be. Where a score expression is defined up to some score, the
    /// backend may have been on one side of it and double on the other: the run has ended well, and that is
    /// left to it.
    private boolean isJudged(int at) {
        try {
            expect(at);
            return expected.isJudged();
        } catch (ScoreExpressionException undefined) {
            return false;
        }
    }

    private void expect(int at) {
        expected.compute(b, h, i);
        if (call.accumulates()) {
            double rounding = ExpectedRow.rounding(call.logSumExp().type(), expected.logSumExp());
            expected.mergeInto(before, at, before[at + spec.valueDim()], rounding);
        }
    }

    private void compare() {
        int element = -1;
        double excess = 0;
        for (int d = 0; d <= spec.valueDim(); d++) {
            boolean there = d < spec.valueDim() || call.hasLogSumExp();
            if (there && !ExpectedRow.isNear(result(d), wanted(d), tolerance(d))) {
                double beyond = excess(result(d), wanted(d), tolerance(d));
                element = element < 0 || beyond > excess ? d : element;
                excess = Math.max(excess, beyond);
            }
        }
        if (element >= 0) {
            wrong++;
            Mismatch found = mismatch(element);
            Events.mismatch(found);
            worst = worst == null || excess(found) > excess(worst) ? found : worst;
        }
    }

    private static double excess(Mismatch mismatch) {
        return excess(mismatch.got(), mismatch.expected(), mismatch.tolerance());
    }

    private static double excess(double got, double wanted, double tolerance) {
        double excess = Math.abs(got - wanted) / tolerance;
        return Double.isNaN(excess) ? Double.POSITIVE_INFINITY : excess;
    }

    /// Element `d` of what the run gave; after the output's elements the log-sum-exp.
    double result(int d) {
        return d < spec.valueDim() ? got(d) : call.hasLogSumExp() ? gotLogSumExp() : Double.NaN;
    }

    /// What it should be.
    double wanted(int d) {
        return d < spec.valueDim() ? expected.output(d) : call.hasLogSumExp() ? expected.logSumExp() : Double.NaN;
    }

    /// What it may be off by.
    double tolerance(int d) {
        double bound = d < spec.valueDim() ? expected.bound(d) : expected.logSumExpBound();
        if (d == spec.valueDim() && !call.hasLogSumExp()) {
            return 0;
        }
        ElementType type =
                d < spec.valueDim() ? call.output().type() : call.logSumExp().type();
        return bound + ExpectedRow.rounding(type, Math.abs(wanted(d)) + bound);
    }

    private Mismatch mismatch(int element) {
        return new Mismatch(
                backend,
                spec,
                call.batch(),
                call.queryLen(b),
                call.kvLen(b),
                call.offset(b),
                call.accumulates(),
                b,
                h,
                i,
                element,
                result(element),
                wanted(element),
                tolerance(element),
                new Mismatch.Found(check.rows(), check.seed(), plan, number),
                java.util.Optional.empty());
    }

    /// Does what follows from the wrong rows: see [SelfChecks#follow].
    void follow(SelfChecks checks, Quarantine.Term term) {
        Mismatch found = java.util.Objects.requireNonNull(worst);
        goTo(found);
        checks.follow(check, found, call, this, term);
    }

    /// Makes the row of `found` the one under consideration again.
    private void goTo(Mismatch found) {
        number = from - 1;
        beforeAt = 0;
        while (next() && number != found.found().number()) {
            beforeAt += spec.valueDim() + 1;
        }
        expect(beforeAt);
    }

    /// Element `d` of what was there before the run, after the output's elements the log-sum-exp; NaN if the run
    /// did not merge.
    double before(int d) {
        return call.accumulates() ? before[beforeAt + d] : Double.NaN;
    }

    /// Whether the mask's interval holds key `j` of the row.
    boolean isWithin(int j) {
        return expected.isWithin(j);
    }
}
