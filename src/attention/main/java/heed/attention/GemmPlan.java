package heed.attention;

/// A product with a fixed right-hand matrix, made ready to run; ownership as for [AttentionPlan].
public interface GemmPlan extends AutoCloseable {
    /// Computes `c = alpha · a · b + beta · c`. With `beta = 0` the old `c` is not read.
    ///
    /// @param a `[m, k]` of the type of `b`, `m` at most the plan's rows
    /// @param c `[m, n]`, overlapping neither `a` nor `b`
    /// @throws IllegalArgumentException if a shape, type or segment is wrong; nothing is written then
    void run(double alpha, Tensor a, double beta, Tensor c);

    /// Computes `c = a · b`.
    default void run(Tensor a, Tensor c) {
        run(1, a, 0, c);
    }

    /// Bytes held until [#close].
    long workspaceBytes();

    /// Waits for the runs under way and frees the workspace.
    @Override
    void close();
}
