package heed.studies.identities;

import heed.studies.math.Matrix;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/// The n × n matrices that the identities do without, by plain sums.
///
/// @param scores `β ⟨q_i, k_j⟩`, plus what is added; −∞ where a key is not seen
/// @param probabilities `p_ij`, without what goes to the sink
/// @param logSumExp of each row, with the sink
/// @param sink `p_sink,i`
record Dense(Matrix scores, Matrix probabilities, double[] logSumExp, double[] sink) {
    /// Of `scores` and a sink logit, −∞ for none.
    static Dense of(Matrix scores, double sinkLogit) {
        Matrix probabilities = Matrix.zeros(scores.rows(), scores.columns());
        double[] logSumExp = new double[scores.rows()];
        double[] sink = new double[scores.rows()];
        for (int i = 0; i < scores.rows(); i++) {
            double sum = Math.exp(sinkLogit);
            for (int j = 0; j < scores.columns(); j++) {
                sum += Math.exp(scores.get(i, j));
            }
            logSumExp[i] = Math.log(sum);
            sink[i] = Math.exp(sinkLogit) / sum;
            for (int j = 0; j < scores.columns(); j++) {
                probabilities.set(i, j, Math.exp(scores.get(i, j)) / sum);
            }
        }
        return new Dense(scores, probabilities, logSumExp, sink);
    }

    /// `β Q Kᵀ`, each score then put through `more`.
    static Matrix scores(double beta, Matrix query, Matrix key, DoubleUnaryOperator more) {
        Matrix scores = query.times(key.transposed()).scale(beta);
        double[] elements = scores.elements();
        IntStream.range(0, elements.length).forEach(n -> elements[n] = more.applyAsDouble(elements[n]));
        return scores;
    }

    /// `−Σ p ln p` of row `i`, with the sink's part if there is one.
    double entropy(int i) {
        double sum = term(sink[i]);
        for (double p : probabilities.row(i)) {
            sum += term(p);
        }
        return sum;
    }

    private static double term(double p) {
        return p == 0 ? 0 : -p * Math.log(p);
    }

    /// `Σ_j p_ij²` of row `i`.
    double squares(int i) {
        return probabilities.dot(i, probabilities, i);
    }

    /// `C_j = Σ_i p_ij`.
    double columnSum(int j) {
        double sum = 0;
        for (int i = 0; i < probabilities.rows(); i++) {
            sum += probabilities.get(i, j);
        }
        return sum;
    }
}
