package heed.studies.train;

import heed.studies.math.Matrix;
import java.util.List;
import java.util.random.RandomGenerator;

/// Rows of a table by number: `y[i] = E[id[i]]`, E `[count, dim]`. Its parameter does not decay. Memory as
/// for [Layer].
public final class Embedding {
    private final Parameter table;
    private final Buffer output = new Buffer();
    private int[] ids = {};

    /// With a given table.
    public Embedding(Parameter table) {
        this.table = table;
    }

    /// Elements N(0, deviation²).
    public static Embedding gaussian(String name, int count, int dim, double deviation, RandomGenerator random) {
        return new Embedding(
                Parameter.gaussian(name, random, count, dim, deviation).withoutDecay());
    }

    /// The rows of `ids`.
    public Matrix forward(int[] ids) {
        this.ids = ids;
        Matrix value = table.value();
        Matrix y = output.of(ids.length, value.columns());
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(value.elements(), value.at(ids[i]), y.elements(), y.at(i), value.columns());
        }
        return y;
    }

    /// Adds each row to the gradient of the row it was.
    public void backward(Matrix cotangent) {
        Matrix gradient = table.gradient();
        for (int i = 0; i < ids.length; i++) {
            int from = cotangent.at(i);
            int to = gradient.at(ids[i]);
            for (int j = 0; j < gradient.columns(); j++) {
                gradient.elements()[to + j] += cotangent.elements()[from + j];
            }
        }
    }

    /// The table.
    public List<Parameter> parameters() {
        return List.of(table);
    }
}
