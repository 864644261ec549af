package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// What changes parameters by their gradients, `θ ← (1 − decay) θ − η ĝ`: a step whose ĝ is 0 gives exactly
/// the rounded product `(1 − decay) θ`. The rules differ in ĝ.
public abstract sealed class Optimiser permits Sgd, AdamW {
    private final List<Parameter> parameters;
    private final Schedule learningRate;
    private final Decay decay;
    private long steps;

    Optimiser(List<Parameter> parameters, Schedule learningRate, Decay decay) {
        this.parameters = List.copyOf(parameters);
        this.learningRate = learningRate;
        this.decay = decay;
    }

    /// Changes parameter `n`, its gradient being `gradient`.
    ///
    /// @param keep what θ is multiplied by
    abstract void change(int n, double[] value, double[] gradient, double keep, double rate);

    /// What the rule remembers between steps, in an order that never changes: writing there changes it.
    abstract List<Matrix> memory();

    /// Takes a step by the gradients as they are.
    public final void step() {
        double rate = learningRate.at(steps);
        double keep = 1 - decay.share(steps, rate);
        steps++;
        for (int n = 0; n < parameters.size(); n++) {
            Parameter parameter = parameters.get(n);
            double[] value = parameter.value().elements();
            change(n, value, parameter.gradient().elements(), parameter.decays() ? keep : 1, rate);
        }
    }

    /// Sets the gradients to 0.
    public final void clear() {
        parameters.forEach(
                parameter -> java.util.Arrays.fill(parameter.gradient().elements(), 0));
    }

    /// Steps taken.
    public final long steps() {
        return steps;
    }

    /// What is trained.
    public final List<Parameter> parameters() {
        return parameters;
    }

    /// Continues after `taken` steps, whose parameters and [#memory] were brought back.
    final void resume(long taken) {
        steps = taken;
    }

    /// Zeros of the parameters' shapes.
    static List<Matrix> zerosLike(List<Parameter> parameters) {
        return parameters.stream()
                .map(Parameter::value)
                .map(value -> Matrix.zeros(value.rows(), value.columns()))
                .toList();
    }
}
