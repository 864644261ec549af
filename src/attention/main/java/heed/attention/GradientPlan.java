package heed.attention;

/// The gradient of a spec made ready to run, many times; ownership as for [AttentionPlan].
public interface GradientPlan extends AutoCloseable {
    /// What is differentiated.
    AttentionSpec spec();

    /// Bytes held until [#close].
    long workspaceBytes();

    /// Computes the gradients of a loss, given its gradient with respect to the output.
    ///
    /// @param forward the arguments of the forward run, with the output and log-sum-exp it wrote
    /// @param gradients the cotangents to read and the gradients to write
    void run(AttentionArguments forward, GradientArguments gradients);

    /// Waits for the runs under way and frees the workspace.
    @Override
    void close();

    /// The tensors of one gradient run, each of the shape of its forward counterpart.
    ///
    /// @param output gradient of the loss with respect to the output: read
    /// @param query gradient with respect to the query: written
    /// @param key gradient with respect to the key, summed over the heads of a group: written
    /// @param value gradient with respect to the value, summed over the heads of a group: written
    record GradientArguments(Tensor output, Tensor query, Tensor key, Tensor value) {}
}
