package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.Optional;

/// `y = λ ⊙ x̂`, `x̂ = x / RMS`, `RMS = √(mean x² + ε)` of each row; λ `[1, dim]` is left out if not given.
///
/// ```
/// g = λ ⊙ dy        dx = (g − x̂ · ⟨g, x̂⟩ / dim) / RMS        dλ += Σ rows of dy ⊙ x̂
/// ```
///
/// Source: Zhang and Sennrich 2019, arXiv:1910.07467. Over each head rather than over the row: [HeadWise].
public final class RmsNorm implements Layer {
    private final Optional<Parameter> gain;
    private final double epsilon;
    private final Buffer normal = new Buffer();
    private final Buffer output = new Buffer();
    private final Buffer scaled = new Buffer();
    private final Buffer inputGradient = new Buffer();
    private double[] inverse = {};

    /// With a given gain, or without.
    public RmsNorm(Optional<Parameter> gain, double epsilon) {
        this.gain = gain;
        this.epsilon = epsilon;
    }

    /// Without gain.
    public static RmsNorm plain(double epsilon) {
        return new RmsNorm(Optional.empty(), epsilon);
    }

    /// With a gain of `dim`, 1 at first, which does not decay.
    public static RmsNorm scaled(String name, int dim, double epsilon) {
        return new RmsNorm(Optional.of(Parameter.row(name, dim, 1).withoutDecay()), epsilon);
    }

    @Override
    public Matrix forward(Matrix x) {
        Matrix unit = normal.like(x);
        inverse = inverse.length == x.rows() ? inverse : new double[x.rows()];
        for (int i = 0; i < x.rows(); i++) {
            int at = x.at(i);
            double square = Rows.dot(x.elements(), x.elements(), at, x.columns()) / x.columns();
            inverse[i] = 1 / Math.sqrt(square + epsilon);
            for (int j = at; j < at + x.columns(); j++) {
                unit.elements()[j] = x.elements()[j] * inverse[i];
            }
        }
        return scale(unit, output);
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        Matrix unit = normal.like(cotangent);
        gain.ifPresent(lambda -> addProducts(cotangent, unit, lambda.gradient()));
        Matrix g = scale(cotangent, scaled);
        Matrix dx = inputGradient.like(g);
        for (int i = 0; i < g.rows(); i++) {
            int at = g.at(i);
            double along = Rows.dot(g.elements(), unit.elements(), at, g.columns()) / g.columns();
            for (int j = at; j < at + g.columns(); j++) {
                dx.elements()[j] = (g.elements()[j] - unit.elements()[j] * along) * inverse[i];
            }
        }
        return dx;
    }

    private Matrix scale(Matrix rows, Buffer target) {
        if (gain.isEmpty()) {
            return rows;
        }
        double[] lambda = gain.get().value().elements();
        Matrix result = target.like(rows);
        for (int i = 0; i < rows.rows(); i++) {
            for (int j = 0; j < rows.columns(); j++) {
                result.elements()[rows.at(i) + j] = rows.elements()[rows.at(i) + j] * lambda[j];
            }
        }
        return result;
    }

    private static void addProducts(Matrix a, Matrix b, Matrix sum) {
        for (int i = 0; i < a.rows(); i++) {
            for (int j = 0; j < a.columns(); j++) {
                sum.elements()[j] += a.elements()[a.at(i) + j] * b.elements()[a.at(i) + j];
            }
        }
    }

    @Override
    public List<Parameter> parameters() {
        return gain.stream().toList();
    }
}
