package heed.attention;

/// A session's gradient plan, as [GuardedPlan]: it runs unless its backend is quarantined.
///
/// @param plan the backend's own
/// @param term of its backend, with the library that it had
record GuardedGradientPlan(GradientPlan plan, Quarantine.Term term) implements GradientPlan {
    @Override
    public AttentionSpec spec() {
        return plan.spec();
    }

    @Override
    public AttentionSizes sizes() {
        return plan.sizes();
    }

    @Override
    public String backend() {
        return plan.backend();
    }

    @Override
    public long workspaceBytes() {
        return plan.workspaceBytes();
    }

    /// As [GradientPlan#run].
    ///
    /// @throws BackendQuarantinedException if a self-check has quarantined the backend
    @Override
    public void run(AttentionArguments forward, GradientArguments gradients) {
        term.refuse();
        plan.run(forward, gradients);
    }

    @Override
    public void close() {
        plan.close();
    }
}
