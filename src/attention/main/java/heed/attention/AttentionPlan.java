package heed.attention;

/// A spec made ready to run, many times.
///
/// | memory      | allocated by                  | freed by   |
/// |-------------|-------------------------------|------------|
/// | tensors     | the caller                    | the caller |
/// | workspace   | [AttentionBackend#plan]       | [#close]   |
///
/// A run borrows: it allocates nothing, keeps no segment after it returns and closes none. Runs of several threads
/// at once are safe; beyond [PlanOptions#maxConcurrentRuns] they wait for each other.
public interface AttentionPlan extends AutoCloseable {
    /// What is computed.
    AttentionSpec spec();

    /// The largest sizes a run may have.
    AttentionSizes sizes();

    /// Name of the backend that computes it.
    String backend();

    /// Bytes held until [#close].
    long workspaceBytes();

    /// Computes one batch.
    ///
    /// @throws IllegalArgumentException if an argument is missing, of a wrong shape or type, dead, read-only,
    ///         confined to another thread, overlapping, or larger than the plan; nothing is written then
    /// @throws IllegalStateException if the plan is closed, or an arena is closed while the run uses it
    void run(AttentionArguments arguments);

    /// Waits for the runs under way and frees the workspace. Closing again does nothing.
    @Override
    void close();
}
