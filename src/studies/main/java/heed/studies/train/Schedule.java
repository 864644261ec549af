package heed.studies.train;

/// A number that depends on the step: a learning rate, a weight decay.
@FunctionalInterface
public interface Schedule {
    /// The number for step `step`, of which the first is 0.
    double at(long step);

    /// The same for every step.
    static Schedule constant(double value) {
        return _ -> value;
    }

    /// `value` for `from ≤ step < to`, else 0.
    static Schedule window(long from, long to, double value) {
        return step -> from <= step && step < to ? value : 0;
    }
}
