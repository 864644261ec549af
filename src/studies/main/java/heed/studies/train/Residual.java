package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;

/// `y = x + f(x)`.
public final class Residual implements Layer {
    private final Layer branch;
    private final Buffer output = new Buffer();
    private final Buffer inputGradient = new Buffer();

    /// Beside `branch`, f.
    public Residual(Layer branch) {
        this.branch = branch;
    }

    @Override
    public Matrix forward(Matrix x) {
        return sum(x, branch.forward(x), output);
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        return sum(cotangent, branch.backward(cotangent), inputGradient);
    }

    private static Matrix sum(Matrix a, Matrix b, Buffer target) {
        Matrix result = target.like(a);
        double[] elements = result.elements();
        double[] left = a.elements();
        double[] right = b.elements();
        for (int n = 0; n < elements.length; n++) {
            elements[n] = left[n] + right[n];
        }
        return result;
    }

    @Override
    public List<Parameter> parameters() {
        return branch.parameters();
    }

    @Override
    public void close() {
        branch.close();
    }
}
