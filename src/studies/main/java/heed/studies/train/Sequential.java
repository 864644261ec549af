package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// Layers one after the other; without any, the identity.
public final class Sequential implements Layer {
    private final List<Layer> layers;

    /// In the order of the forward pass.
    public Sequential(Layer... layers) {
        this(List.of(layers));
    }

    /// In the order of the forward pass.
    public Sequential(List<? extends Layer> layers) {
        this.layers = List.copyOf(layers);
    }

    @Override
    public Matrix forward(Matrix input) {
        Matrix x = input;
        for (Layer layer : layers) {
            x = layer.forward(x);
        }
        return x;
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        Matrix g = cotangent;
        for (Layer layer : layers.reversed()) {
            g = layer.backward(g);
        }
        return g;
    }

    @Override
    public List<Parameter> parameters() {
        return layers.stream().flatMap(layer -> layer.parameters().stream()).toList();
    }

    @Override
    public void close() {
        layers.forEach(Layer::close);
    }
}
