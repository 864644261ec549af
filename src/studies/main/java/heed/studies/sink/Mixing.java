package heed.studies.sink;

import heed.studies.math.Matrix;
import heed.studies.train.AttentionHeads;
import heed.studies.train.AttentionHeads.Gradients;

/// How a layer mixes the values that a position sees.
sealed interface Mixing extends AutoCloseable {
    /// The output for rows of `batch · rows`.
    Matrix forward(Matrix query, Matrix key, Matrix value);

    /// The gradients of the last forward pass, given that of its output.
    Gradients backward(Matrix cotangent);

    @Override
    default void close() {}

    /// By softmax attention.
    record Softmax(AttentionHeads heads) implements Mixing {
        @Override
        public Matrix forward(Matrix query, Matrix key, Matrix value) {
            return heads.forward(query, key, value);
        }

        @Override
        public Gradients backward(Matrix cotangent) {
            return heads.backward(cotangent);
        }

        @Override
        public void close() {
            heads.close();
        }
    }

    /// By scores above 0 as they are, causal, by plain loops: `o_i = Σ_(j ≤ i) max(s_ij, 0) v_j / max(i, 1)`,
    /// `s_ij = ⟨q_i, k_j⟩ / √d`. Weights need not sum to one, so they may all be 0.
    final class Relu implements Mixing {
        private final int rows;
        private Matrix query = Matrix.zeros(0, 0);
        private Matrix key = Matrix.zeros(0, 0);
        private Matrix value = Matrix.zeros(0, 0);

        /// For sequences of `rows` rows.
        Relu(int rows) {
            this.rows = rows;
        }

        @Override
        public Matrix forward(Matrix query, Matrix key, Matrix value) {
            this.query = query;
            this.key = key;
            this.value = value;
            Matrix output = Matrix.zeros(query.rows(), value.columns());
            for (int i = 0; i < query.rows(); i++) {
                for (int j = first(i); j <= i; j++) {
                    double score = query.dot(i, key, j) * share(i);
                    if (score > 0) {
                        addRow(score, value, j, output, i);
                    }
                }
            }
            return output;
        }

        private int first(int i) {
            return i - i % rows;
        }

        /// `1 / (√d · max(i, 1))`, i counted within the sequence.
        private double share(int i) {
            return 1 / (Math.sqrt(query.columns()) * Math.max(i % rows, 1));
        }

        private static void addRow(double factor, Matrix from, int row, Matrix to, int target) {
            for (int d = 0; d < from.columns(); d++) {
                to.elements()[to.at(target) + d] += factor * from.elements()[from.at(row) + d];
            }
        }

        @Override
        public Gradients backward(Matrix cotangent) {
            Gradients gradients = new Gradients(
                    Matrix.zeros(query.rows(), query.columns()),
                    Matrix.zeros(key.rows(), key.columns()),
                    Matrix.zeros(value.rows(), value.columns()));
            for (int i = 0; i < query.rows(); i++) {
                for (int j = first(i); j <= i; j++) {
                    double score = query.dot(i, key, j) * share(i);
                    if (score > 0) {
                        addRow(score, cotangent, i, gradients.value(), j);
                        double ofScore = cotangent.dot(i, value, j) * share(i);
                        addRow(ofScore, key, j, gradients.query(), i);
                        addRow(ofScore, query, i, gradients.key(), j);
                    }
                }
            }
            return gradients;
        }
    }
}
