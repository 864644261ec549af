package heed.studies.train;

/// Weight decay apart from the gradient: `θ ← (1 − share) θ − η ĝ`.
///
/// @param factor λ of each step
/// @param usesLearningRate whether the share is `η λ` (Loshchilov and Hutter 2017, arXiv:1711.05101, as
///     PyTorch has it) or λ
public record Decay(Schedule factor, boolean usesLearningRate) {
    /// No decay.
    public static final Decay NONE = new Decay(Schedule.constant(0), false);

    /// The share that step `step` takes off.
    double share(long step, double learningRate) {
        return factor.at(step) * (usesLearningRate ? learningRate : 1);
    }
}
