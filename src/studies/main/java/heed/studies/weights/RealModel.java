package heed.studies.weights;

import heed.attention.Tensor;
import heed.model.trace.TraceListener;
import heed.studies.math.Matrix;
import java.util.List;
import java.util.Map;

/// A trained model that can be looked into.
sealed interface RealModel extends AutoCloseable permits EncoderModel, DecoderModel {
    /// What it is called.
    String name();

    /// Whether a token sees only tokens up to itself.
    boolean causal();

    /// Runs `text` through it.
    ///
    /// @return the text's tokens
    List<String> trace(String text, TraceListener listener);

    /// The matrices of every block, `[out, in]`.
    List<Map<Role, Tensor>> matrices();

    @Override
    void close();

    /// A copy in double.
    static Matrix matrix(Tensor tensor) {
        Matrix matrix = Matrix.zeros(tensor.size(0), tensor.size(1));
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.columns(); j++) {
                matrix.set(i, j, tensor.get(i, j));
            }
        }
        return matrix;
    }
}
