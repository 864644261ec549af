package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// `y = f(x)`, element by element; `dx = dy ⊙ f′(x)`. The slopes are computed with the values, which share
/// most of the work.
public final class Activation implements Layer {
    private final Elementwise function;
    private final Buffer output = new Buffer();
    private final Buffer slope = new Buffer();
    private final Buffer inputGradient = new Buffer();

    /// One of [Curve], or any other.
    public Activation(Elementwise function) {
        this.function = function;
    }

    @Override
    public Matrix forward(Matrix x) {
        Matrix y = output.like(x);
        function.apply(x.elements(), y.elements(), slope.like(x).elements());
        return y;
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        Matrix dx = inputGradient.like(cotangent);
        double[] result = dx.elements();
        double[] slopes = slope.like(cotangent).elements();
        double[] given = cotangent.elements();
        for (int n = 0; n < result.length; n++) {
            result[n] = given[n] * slopes[n];
        }
        return dx;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
