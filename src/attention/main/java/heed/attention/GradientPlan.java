package heed.attention;

/// The gradient of a spec made ready to run, many times; ownership and threads as for [AttentionPlan].
///
/// With `p` the probabilities, `O` the output, `c` the probabilityScale and `g` the cotangent of the log-sum-exp:
///
/// ```
/// dV[j] = Σᵢ c · p[i, j] · dO[i]
/// dS[i, j] = p[i, j] · (c · ⟨dO[i], V[j]⟩ − ⟨dO[i], O[i]⟩ + g[i])            the gradient of bias, too
/// dX = dS · what the score expression and the softcap change
/// dQ[i] = scale · Σⱼ dX[i, j] · K[j]        dK[j] = scale · Σᵢ dX[i, j] · Q[i]
/// dsink = Σᵢ p_sink[i] · (g[i] − ⟨dO[i], O[i]⟩)
/// ```
///
/// Source: Dao 2023, FlashAttention-2, arXiv:2307.08691, Algorithm 2. Nothing of n × n is held: scores are
/// computed again. Results do not depend on the number of threads.
public interface GradientPlan extends AutoCloseable {
    /// What is differentiated.
    AttentionSpec spec();

    /// The largest sizes a run may have.
    AttentionSizes sizes();

    /// Name of the backend that computes it.
    String backend();

    /// Bytes held until [#close].
    long workspaceBytes();

    /// Computes the gradients of a loss, given its gradient with respect to the output.
    ///
    /// @param forward the arguments of the forward run, with the output and log-sum-exp that it wrote: all of them
    ///         are read alone, and a report keeps what that run told
    /// @param gradients the cotangents to read and the gradients to write
    void run(AttentionArguments forward, GradientArguments gradients);

    /// Waits for the runs under way and frees the workspace. Closing again does nothing.
    @Override
    void close();
}
