package heed.studies.flow;

import heed.studies.math.Matrix;
import java.util.function.ToDoubleFunction;

/// The flow `ẋ_i = P_(x_i) drift_i`, by the classical method of Runge and Kutta; after each step the rows
/// are made of length 1 again.
record Flow(Drift drift) {
    /// `ẋ`.
    Matrix velocity(Matrix tokens) {
        return Sphere.project(tokens, drift.of(tokens));
    }

    /// The tokens a time `h` later, which may lie before.
    Matrix step(Matrix tokens, double h) {
        Matrix k1 = velocity(tokens);
        Matrix k2 = velocity(tokens.copy().add(h / 2, k1));
        Matrix k3 = velocity(tokens.copy().add(h / 2, k2));
        Matrix k4 = velocity(tokens.copy().add(h, k3));
        return Sphere.normalise(
                tokens.copy().add(h / 6, k1).add(h / 3, k2).add(h / 3, k3).add(h / 6, k4));
    }

    /// The tokens after `steps` steps of `h`.
    Matrix run(Matrix start, double h, int steps) {
        Matrix tokens = start;
        for (int n = 0; n < steps; n++) {
            tokens = step(tokens, h);
        }
        return tokens;
    }

    /// When `measure`, which rises, reaches `target`: by steps of `h`, the last of which is shortened by
    /// secants until it ends there.
    ///
    /// @throws IllegalStateException if it does not rise in a step, or is not a number
    double timeTo(Matrix start, double h, ToDoubleFunction<Matrix> measure, double target) {
        Matrix tokens = start;
        double low = measure.applyAsDouble(tokens) - target;
        for (int steps = 0; ; steps++) {
            Matrix next = step(tokens, h);
            double high = measure.applyAsDouble(next) - target;
            if (high >= 0) {
                return steps * h + part(tokens, h, low, high, measure, target);
            }
            if (!(high > low)) {
                throw new IllegalStateException(
                        "what is waited for does not rise any more: step=%d, %s below its target"
                                .formatted(steps, -high));
            }
            tokens = next;
            low = high;
        }
    }

    private double part(
            Matrix tokens, double h, double low, double high, ToDoubleFunction<Matrix> measure, double target) {
        double last = 0;
        double now = h;
        double lastOff = low;
        double off = high;
        for (int n = 0; n < 6 && Math.abs(off) > 1e-13 && off != lastOff; n++) {
            double next = now - off * (now - last) / (off - lastOff);
            last = now;
            lastOff = off;
            now = next;
            off = measure.applyAsDouble(step(tokens, now)) - target;
        }
        return now;
    }
}
