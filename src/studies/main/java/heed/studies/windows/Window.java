package heed.studies.windows;

import heed.studies.train.Decay;
import heed.studies.train.Schedule;

/// When weights decay, and by how much.
///
/// @param name in tables
/// @param from first step
/// @param to step after the last
/// @param lambda λ
/// @param usesLearningRate whether a step takes off η λ, as the paper's Algorithm 1 is printed, or λ, as
///     its numbers
///     are
record Window(String name, long from, long to, double lambda, boolean usesLearningRate) {
    /// No decay.
    static final Window NONE = new Window("none", 0, 0, 0, false);

    /// λ for `from ≤ step < to`, with λ · length = 20.
    static Window of(String name, long from, long to) {
        return new Window(name, from, to, 20.0 / (to - from), false);
    }

    /// λ throughout.
    static Window always(double lambda) {
        return new Window("λ " + lambda, 0, Long.MAX_VALUE, lambda, false);
    }

    /// The same in the other form.
    Window withLearningRate() {
        return new Window(name + ", η λ", from, to, lambda, true);
    }

    Decay decay() {
        return new Decay(Schedule.window(from, to, lambda), usesLearningRate);
    }
}
