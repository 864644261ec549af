package heed.kernels.gradient;

import heed.attention.GradientCall;

/// What a thread computes the gradient of one kv head of one sequence with.
interface SlotGradient {
    /// Bytes held.
    long bytes();

    /// Writes the gradients of the head's keys and values and of the queries of its group.
    ///
    /// @param sinks what is added to the gradient of each sink logit of the group
    void run(GradientCall call, int b, int kvHead, double[] sinks);
}
