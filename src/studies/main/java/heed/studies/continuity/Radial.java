package heed.studies.continuity;

import heed.studies.math.Matrix;
import heed.studies.train.Layer;
import heed.studies.train.Parameter;
import java.util.List;

/// A nonlinearity that keeps directions, `y = z · g(r)`, `g(r) = tanh(r) / r`, r the root mean square of a
/// row: rotating
/// its input rotates its output. The paper's own is not to be had; this one is ours.
///
/// ```
/// dz = g dy + z · g′(r) ⟨z, dy⟩ / (width · r)
/// ```
final class Radial implements Layer {
    private Matrix input = Matrix.zeros(0, 0);

    @Override
    public Matrix forward(Matrix z) {
        input = z;
        Matrix y = z.copy();
        for (int i = 0; i < z.rows(); i++) {
            double gain = gain(size(i));
            for (int j = 0; j < z.columns(); j++) {
                y.set(i, j, gain * z.get(i, j));
            }
        }
        return y;
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        Matrix dz = cotangent.copy();
        for (int i = 0; i < dz.rows(); i++) {
            double r = size(i);
            double gain = gain(r);
            double along = r == 0 ? 0 : slope(r) * input.dot(i, cotangent, i) / (input.columns() * r);
            for (int j = 0; j < dz.columns(); j++) {
                dz.set(i, j, gain * cotangent.get(i, j) + along * input.get(i, j));
            }
        }
        return dz;
    }

    private double size(int row) {
        return Math.sqrt(input.dot(row, input, row) / input.columns());
    }

    private static double gain(double r) {
        return r == 0 ? 1 : Math.tanh(r) / r;
    }

    private static double slope(double r) {
        double tanh = Math.tanh(r);
        return ((1 - tanh * tanh) * r - tanh) / (r * r);
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
