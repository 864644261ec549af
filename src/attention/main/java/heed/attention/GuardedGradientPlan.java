package heed.attention;

/// A session's gradient plan, as [GuardedPlan]: it runs unless its backend is quarantined.
///
/// @param plan the backend's own
/// @param quarantine of the session
record GuardedGradientPlan(GradientPlan plan, Quarantine quarantine) implements GradientPlan {
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
        quarantine.refuse(plan.backend());
        plan.run(forward, gradients);
    }

    @Override
    public void close() {
        plan.close();
    }
}
