package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// `y = x W + b`, with W `[in, out]` and b `[1, out]`.
///
/// ```
/// dx = dy Wᵀ        dW += xᵀ dy        db += Σ rows of dy
/// ```
public final class Linear implements Layer {
    private final Products products;
    private final Parameter weight;
    private final Optional<Parameter> bias;
    private final Buffer output = new Buffer();
    private final Buffer inputGradient = new Buffer();
    private Matrix input = Matrix.zeros(0, 0);

    /// With given parameters.
    public Linear(Products products, Parameter weight, Optional<Parameter> bias) {
        this.products = products;
        this.weight = weight;
        this.bias = bias;
    }

    /// Without bias, weights N(0, gain²/in).
    public static Linear gaussian(
            Products products, String name, int in, int out, double gain, RandomGenerator random) {
        double deviation = gain / Math.sqrt(in);
        return new Linear(products, Parameter.gaussian(name, random, in, out, deviation), Optional.empty());
    }

    /// The same weights with a bias, 0 at first.
    public Linear withBias() {
        Parameter zeros = Parameter.row(weight.name() + ".bias", weight.value().columns(), 0);
        return new Linear(products, weight, Optional.of(zeros));
    }

    /// W, `[in, out]`.
    public Parameter weight() {
        return weight;
    }

    @Override
    public Matrix forward(Matrix x) {
        input = x;
        Matrix y = output.of(x.rows(), weight.value().columns());
        products.times(x, weight.value(), 0, y);
        bias.ifPresent(b -> addToRows(b.value(), y));
        return y;
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        products.transposedTimes(input, cotangent, 1, weight.gradient());
        bias.ifPresent(b -> addRows(cotangent, b.gradient()));
        Matrix dx = inputGradient.like(input);
        products.timesTransposed(cotangent, weight.value(), 0, dx);
        return dx;
    }

    private static void addToRows(Matrix row, Matrix rows) {
        for (int i = 0; i < rows.rows(); i++) {
            for (int j = 0; j < rows.columns(); j++) {
                rows.elements()[rows.at(i) + j] += row.elements()[j];
            }
        }
    }

    /// Adds every row of `rows` to `sum`.
    static void addRows(Matrix rows, Matrix sum) {
        for (int i = 0; i < rows.rows(); i++) {
            for (int j = 0; j < rows.columns(); j++) {
                sum.elements()[j] += rows.elements()[rows.at(i) + j];
            }
        }
    }

    @Override
    public List<Parameter> parameters() {
        return Stream.concat(Stream.of(weight), bias.stream()).toList();
    }
}
