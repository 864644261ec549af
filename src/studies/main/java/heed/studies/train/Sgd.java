package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// Gradient descent with momentum: `m ← μ m + g`, `ĝ = m`; plain with μ = 0.
public final class Sgd extends Optimiser {
    private final double momentum;
    private final List<Matrix> velocity;

    /// For all of `parameters`.
    public Sgd(List<Parameter> parameters, Schedule learningRate, double momentum, Decay decay) {
        super(parameters, learningRate, decay);
        this.momentum = momentum;
        velocity = zerosLike(parameters);
    }

    @Override
    void change(int n, double[] value, double[] gradient, double keep, double rate) {
        double[] m = velocity.get(n).elements();
        for (int e = 0; e < value.length; e++) {
            m[e] = momentum * m[e] + gradient[e];
            value[e] = keep * value[e] - rate * m[e];
        }
    }

    @Override
    List<Matrix> memory() {
        return velocity;
    }
}
