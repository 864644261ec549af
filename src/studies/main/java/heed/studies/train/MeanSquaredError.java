package heed.studies.train;

import heed.studies.math.Matrix;

/// `mean over elements of (output − target)²`. Memory as for [Layer].
public final class MeanSquaredError {
    private final Buffer gradient = new Buffer();

    /// The loss, and its gradient.
    public double loss(Matrix output, Matrix target) {
        double[] g = gradient.like(output).elements();
        double sum = 0;
        for (int n = 0; n < g.length; n++) {
            double error = output.elements()[n] - target.elements()[n];
            sum += error * error;
            g[n] = 2 * error / g.length;
        }
        return sum / g.length;
    }

    /// The gradient of the last loss with respect to its output.
    public Matrix gradient() {
        return gradient.matrix();
    }
}
