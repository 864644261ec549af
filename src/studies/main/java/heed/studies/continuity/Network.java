package heed.studies.continuity;

import heed.attention.GemmBackend;
import heed.studies.math.Matrix;
import heed.studies.train.CrossEntropy;
import heed.studies.train.Layer;
import heed.studies.train.Linear;
import heed.studies.train.Parameter;
import heed.studies.train.Products;
import heed.studies.train.Residual;
import heed.studies.train.Sequential;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Eight layers of 48 between a matrix in and a matrix out.
final class Network {
    static final int WIDTH = 48;
    static final int LAYERS = 8;

    private final List<Parameter> parameters;
    private final List<Parameter> hidden;
    private final Layer body;
    private final CrossEntropy entropy = new CrossEntropy();

    private Network(GemmBackend gemm, Variant variant, List<Parameter> parameters) {
        Products products = new Products(gemm);
        this.parameters = parameters;
        hidden = parameters.subList(1, 1 + LAYERS);
        List<Layer> layers = new ArrayList<>();
        layers.add(linear(products, parameters.getFirst()));
        for (Parameter weight : hidden) {
            Layer layer = new Sequential(
                    variant.before().get(),
                    linear(products, weight),
                    variant.after().get());
            layers.add(variant.skips() ? new Residual(layer) : layer);
        }
        layers.add(linear(products, parameters.getLast()));
        body = new Sequential(layers);
    }

    private static Linear linear(Products products, Parameter weight) {
        return new Linear(products, weight, Optional.empty());
    }

    /// Hidden weights N(0, deviation²), the others N(0, 1 / width).
    static Network of(GemmBackend gemm, Variant variant, double deviation, RandomGenerator random) {
        List<Parameter> parameters = new ArrayList<>();
        double outer = 1 / Math.sqrt(WIDTH);
        parameters.add(Parameter.gaussian("in", random, WIDTH, WIDTH, outer));
        for (int l = 0; l < LAYERS; l++) {
            parameters.add(Parameter.gaussian("layer" + l, random, WIDTH, WIDTH, deviation));
        }
        parameters.add(Parameter.gaussian("out", random, WIDTH, Samples.CLASSES, outer));
        return new Network(gemm, variant, parameters);
    }

    /// The same function with its inner space rotated: `W_in R`, `Rᵀ W R`, `Rᵀ W_out`.
    Network rotated(GemmBackend gemm, Variant variant, Matrix rotation) {
        Matrix back = rotation.transposed();
        List<Parameter> turned = new ArrayList<>();
        turned.add(Parameter.of("in", parameters.getFirst().value().times(rotation)));
        for (Parameter weight : hidden) {
            turned.add(Parameter.of(weight.name(), back.times(weight.value()).times(rotation)));
        }
        turned.add(Parameter.of("out", back.times(parameters.getLast().value())));
        return new Network(gemm, variant, turned);
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /// A copy of the logits.
    Matrix logits(Samples samples) {
        return body.forward(samples.points()).copy();
    }

    /// The loss, whose gradients are added.
    double learn(Samples samples) {
        double loss = entropy.loss(body.forward(samples.points()), samples.labels());
        body.backward(entropy.gradient());
        return loss;
    }

    Directions weights() {
        return Directions.of(hidden.stream().map(Parameter::value).toList());
    }

    Directions gradients() {
        return Directions.of(hidden.stream().map(Parameter::gradient).toList());
    }

    /// A zero for each hidden layer's gradient.
    List<Matrix> noGradients() {
        return hidden.stream().map(one -> Matrix.zeros(WIDTH, WIDTH)).toList();
    }

    /// Adds the gradients of the hidden layers to `sums`.
    void addGradients(List<Matrix> sums) {
        for (int l = 0; l < LAYERS; l++) {
            sums.get(l).add(1, hidden.get(l).gradient());
        }
    }
}
