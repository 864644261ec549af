package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.List;

/// One position of each sequence: rows `at, at + len, at + 2 len, …`; what follows is computed for them
/// alone.
public final class OneOf implements Layer {
    private final int len;
    private final int at;
    private final Buffer output = new Buffer();
    private final Buffer inputGradient = new Buffer();

    private OneOf(int len, int at) {
        this.len = len;
        this.at = at;
    }

    /// The last of each `len` rows.
    public static OneOf last(int len) {
        return new OneOf(len, len - 1);
    }

    @Override
    public Matrix forward(Matrix x) {
        Matrix y = output.of(x.rows() / len, x.columns());
        for (int b = 0; b < y.rows(); b++) {
            System.arraycopy(x.elements(), x.at(b * len + at), y.elements(), y.at(b), x.columns());
        }
        return y;
    }

    @Override
    public Matrix backward(Matrix cotangent) {
        Matrix dx = inputGradient.of(cotangent.rows() * len, cotangent.columns());
        Arrays.fill(dx.elements(), 0);
        for (int b = 0; b < cotangent.rows(); b++) {
            System.arraycopy(cotangent.elements(), cotangent.at(b), dx.elements(), dx.at(b * len + at), dx.columns());
        }
        return dx;
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }
}
