package heed.studies.relu;

import heed.studies.math.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A network of gates: all layers but the last are `r(Wx + b)`, the last is `Wx + b`. With attention's
/// gates each hidden unit is a head.
record Network(List<Layer> layers) {
    /// `Wx + b`.
    ///
    /// @param weights `[outputs, inputs]`
    /// @param bias of each output
    record Layer(Matrix weights, double[] bias) {
        private Matrix of(Matrix inputs) {
            Matrix outputs = inputs.times(weights.transposed());
            for (int i = 0; i < outputs.rows(); i++) {
                for (int k = 0; k < bias.length; k++) {
                    outputs.set(i, k, outputs.get(i, k) + bias[k]);
                }
            }
            return outputs;
        }

        /// Largest sum of a row's absolute values: how much an error of every input may grow.
        private double norm() {
            double largest = 0;
            for (int i = 0; i < weights.rows(); i++) {
                double sum = 0;
                for (double weight : weights.row(i)) {
                    sum += Math.abs(weight);
                }
                largest = Math.max(largest, sum);
            }
            return largest;
        }
    }

    /// A random one: weights of N(0, 2/inputs), which keeps the size of what passes through gates, biases
    /// of N(0, 0.01).
    static Network random(Random random, int... widths) {
        List<Layer> layers = new ArrayList<>();
        for (int l = 1; l < widths.length; l++) {
            layers.add(new Layer(
                    Matrix.gaussian(random, widths[l], widths[l - 1], Math.sqrt(2.0 / widths[l - 1])),
                    Matrix.gaussian(random, 1, widths[l], 0.1).elements()));
        }
        return new Network(layers);
    }

    /// Of each row.
    Matrix of(Gates gates, Matrix inputs) {
        Matrix now = inputs;
        for (Layer layer : layers.subList(0, layers.size() - 1)) {
            now = gates.of(layer.of(now));
        }
        return layers.getLast().of(now);
    }

    /// `inputs`, each moved the shortest way to where a gate of the first layer, the next for each, has the
    /// input `z`.
    Matrix beside(Matrix inputs, double z) {
        Layer first = layers.getFirst();
        Matrix before = first.of(inputs);
        Matrix moved = inputs.copy();
        for (int i = 0; i < inputs.rows(); i++) {
            int gate = i % before.columns();
            double share = (z - before.get(i, gate)) / first.weights.dot(gate, first.weights, gate);
            for (int d = 0; d < inputs.columns(); d++) {
                moved.set(i, d, moved.get(i, d) + share * first.weights.get(gate, d));
            }
        }
        return moved;
    }

    /// What gates that are off by at most `gate` leave of error in an output: `Σ_l Π_(r>l) ‖W_r‖_∞ · gate`
    /// over the layers of gates, since an exact gate enlarges no error and `‖W‖_∞` bounds what a layer
    /// makes of one.
    double error(double gate) {
        double sum = 0;
        for (Layer layer : layers.subList(1, layers.size())) {
            sum = (sum + gate) * layer.norm();
        }
        return sum;
    }
}
