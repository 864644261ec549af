package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// `y = λ ⊙ (x − mean x) / √(var x + ε) + s` of each row: what [RmsNorm] makes of the row less its mean, and
/// a shift. λ and s are `[1, dim]`.
///
/// Source: Ba, Kiros and Hinton 2016, arXiv:1607.06450.
public final class LayerNorm implements Layer {
    private final RmsNorm norm;
    private final Optional<Parameter> shift;
    private final Buffer centred = new Buffer();
    private final Buffer output = new Buffer();
    private final Buffer inputGradient = new Buffer();

    /// With given gain and shift, or without.
    public LayerNorm(Optional<Parameter> gain, Optional<Parameter> shift, double epsilon) {
        norm = new RmsNorm(gain, epsilon);
        this.shift = shift;
    }

    /// Without gain and shift.
    public static LayerNorm plain(double epsilon) {
        return new LayerNorm(Optional.empty(), Optional.empty(), epsilon);
    }

    /// With a gain and a shift of `dim`, 1 and 0 at first, which do not decay.
    public static LayerNorm affine(String name, int dim, double epsilon) {
        return new LayerNorm(
                Optional.of(Parameter.row(name, dim, 1).withoutDecay()),
                Optional.of(Parameter.row(name + ".shift", dim, 0).withoutDecay()),
                epsilon);
    }

    @Override
    public Matrix forward(Matrix x) {
        Matrix unit = norm.forward(centre(x, centred));
        return shift.map(s -> shifted(unit, s.value())).orElse(unit);
    }

    private Matrix shifted(Matrix unit, Matrix by) {
        Matrix y = output.like(unit);
        for (int i = 0; i < y.rows(); i++) {
            for (int j = 0; j < y.columns(); j++) {
                y.elements()[y.at(i) + j] = unit.elements()[y.at(i) + j] + by.elements()[j];
            }
        }
        return y;
    }

    /// The projection off the vector of ones is its own transpose.
    @Override
    public Matrix backward(Matrix cotangent) {
        shift.ifPresent(s -> Linear.addRows(cotangent, s.gradient()));
        return centre(norm.backward(cotangent), inputGradient);
    }

    private static Matrix centre(Matrix x, Buffer target) {
        Matrix result = target.like(x);
        for (int i = 0; i < x.rows(); i++) {
            int at = x.at(i);
            double mean = Rows.sum(x.elements(), at, x.columns()) / x.columns();
            for (int j = at; j < at + x.columns(); j++) {
                result.elements()[j] = x.elements()[j] - mean;
            }
        }
        return result;
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(norm.parameters().stream(), shift.stream()).toList();
    }
}
