package heed.attention;

/// A session's plan: it runs unless its backend, with the library that it had, is quarantined, and then says so.
///
/// Its later runs could go to another backend unseen; but that one may want keys in another layout and gives other
/// bits, so it is the caller who plans anew.
sealed class GuardedPlan implements AttentionPlan permits SelfCheckedPlan {
    private final AttentionPlan plan;
    private final Quarantine.Term term;

    GuardedPlan(AttentionPlan plan, Quarantine.Term term) {
        this.plan = plan;
        this.term = term;
    }

    /// What its wrong rows end.
    final Quarantine.Term term() {
        return term;
    }

    @Override
    public final AttentionSpec spec() {
        return plan.spec();
    }

    @Override
    public final AttentionSizes sizes() {
        return plan.sizes();
    }

    @Override
    public final String backend() {
        return plan.backend();
    }

    @Override
    public long workspaceBytes() {
        return plan.workspaceBytes();
    }

    /// As [AttentionPlan#run].
    ///
    /// @throws BackendQuarantinedException if a self-check has quarantined the backend
    @Override
    public void run(AttentionArguments arguments) {
        term.refuse();
        plan.run(arguments);
    }

    @Override
    public final void close() {
        plan.close();
    }
}
