package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.stream.Stream;

/// Adam with decoupled decay, at its step t = 1, 2, …:
///
/// ```
/// m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²        ĝ = m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
/// ```
///
/// Sources: Kingma and Ba 2014, arXiv:1412.6980; Loshchilov and Hutter 2017, arXiv:1711.05101.
public final class AdamW extends Optimiser {
    private final Betas betas;
    private final List<Matrix> mean;
    private final List<Matrix> square;

    /// How the moments are averaged.
    ///
    /// @param first β₁, of the gradient
    /// @param second β₂, of its square
    /// @param epsilon ε, beside the root
    public record Betas(double first, double second, double epsilon) {
        /// .9, .999, 1e-8: those of the paper.
        public static final Betas DEFAULT = new Betas(.9, .999, 1e-8);
    }

    /// For all of `parameters`.
    public AdamW(List<Parameter> parameters, Schedule learningRate, Betas betas, Decay decay) {
        super(parameters, learningRate, decay);
        this.betas = betas;
        mean = zerosLike(parameters);
        square = zerosLike(parameters);
    }

    @Override
    void change(int n, double[] value, double[] gradient, double keep, double rate) {
        double[] m = mean.get(n).elements();
        double[] v = square.get(n).elements();
        double b1 = betas.first;
        double b2 = betas.second;
        double ofMean = 1 - StrictMath.pow(b1, steps());
        double ofSquare = 1 - StrictMath.pow(b2, steps());
        for (int e = 0; e < value.length; e++) {
            m[e] = b1 * m[e] + (1 - b1) * gradient[e];
            v[e] = b2 * v[e] + (1 - b2) * gradient[e] * gradient[e];
            double step = m[e] / ofMean / (Math.sqrt(v[e] / ofSquare) + betas.epsilon);
            value[e] = keep * value[e] - rate * step;
        }
    }

    @Override
    List<Matrix> memory() {
        return Stream.concat(mean.stream(), square.stream()).toList();
    }
}
