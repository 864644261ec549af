package heed.studies.flow;

import heed.attention.Mask;
import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Heads of attention over `n` tokens x of `dims`, each by one plan: scores `β⟨x_i, A x_j⟩`, values `V x_j`.
final class SoftmaxDrift implements Drift, AutoCloseable {
    /// What becomes of a row's weighted sum.
    enum Kind {
        /// `Σ_j p_ij V x_j`, the weights of a row adding to 1: what models compute.
        NORMALISED,

        /// The same, token i seeing none but tokens `j ≤ i`.
        CAUSAL,

        /// `Σ_j e^s_ij V x_j / n = e^L_i O_i / n`: the softmax's denominator left out.
        UNNORMALISED
    }

    /// A head.
    ///
    /// @param keys row j is `A x_j`
    /// @param values row j is `V x_j`
    record Weights(UnaryOperator<Matrix> keys, UnaryOperator<Matrix> values) {
        /// `A = V = matrix`, as the energy asks.
        static Weights same(Matrix matrix) {
            UnaryOperator<Matrix> product = tokens -> tokens.times(matrix.transposed());
            return new Weights(product, product);
        }

        /// `A = V = μ`.
        static Weights scalar(double mu) {
            UnaryOperator<Matrix> scaled = tokens -> tokens.copy().scale(mu);
            return new Weights(scaled, scaled);
        }

        /// `A = matrix`, `V = 1`.
        static Weights scored(Matrix matrix) {
            return new Weights(tokens -> tokens.times(matrix.transposed()), tokens -> tokens);
        }
    }

    private final Kind kind;
    private final double beta;
    private final List<Weights> weights;
    private final Head head;

    SoftmaxDrift(Lab lab, Kind kind, double beta, int n, int dims, List<Weights> weights) {
        this.kind = kind;
        this.beta = beta;
        this.weights = List.copyOf(weights);
        Mask mask = kind == Kind.CAUSAL ? Mask.causal() : Mask.none();
        head = new Head(lab, Head.spec(dims, spec -> spec.softmaxScale(beta).mask(mask)), n, n);
    }

    /// Heads with `A = V = μ`.
    static SoftmaxDrift scalar(Lab lab, Kind kind, double beta, int n, int dims, double... mu) {
        return new SoftmaxDrift(
                lab,
                kind,
                beta,
                n,
                dims,
                Arrays.stream(mu).mapToObj(Weights::scalar).toList());
    }

    /// What each head gives: output `Σ_j p_ij V x_j` and log-sum-exp.
    List<Head.Pass> passes(Matrix tokens) {
        return weights.stream()
                .map(one -> head.run(tokens, one.keys.apply(tokens), one.values.apply(tokens)))
                .toList();
    }

    @Override
    public Matrix of(Matrix tokens) {
        return sum(pulls(tokens));
    }

    static Matrix sum(List<Matrix> pulls) {
        Matrix sum = pulls.getFirst().copy();
        pulls.stream().skip(1).forEach(pull -> sum.add(1, pull));
        return sum;
    }

    /// What each head adds.
    List<Matrix> pulls(Matrix tokens) {
        return passes(tokens).stream()
                .map(pass -> kind == Kind.UNNORMALISED ? weighted(pass).scale(1.0 / tokens.rows()) : pass.output())
                .toList();
    }

    /// `f_i = e^L_i O_i`.
    static Matrix weighted(Head.Pass pass) {
        Matrix sums = pass.output();
        for (int i = 0; i < sums.rows(); i++) {
            for (int d = 0; d < sums.columns(); d++) {
                sums.set(i, d, sums.get(i, d) * Math.exp(pass.logSumExp()[i]));
            }
        }
        return sums;
    }

    /// `E_h = Σ_ij e^s_ij / (2βn²)` of each head, from its log-sum-exp.
    double[] energies(Matrix tokens) {
        double n = tokens.rows();
        return passes(tokens).stream()
                .mapToDouble(
                        pass -> Arrays.stream(pass.logSumExp()).map(Math::exp).sum() / (2 * beta * n * n))
                .toArray();
    }

    /// Entropy of each row of the first head, `L_i − β⟨x_i, m_i⟩`, m the output with the keys as values.
    double[] entropies(Matrix tokens) {
        Matrix keys = weights.getFirst().keys.apply(tokens);
        Head.Pass pass = head.run(tokens, keys, keys);
        return IntStream.range(0, tokens.rows())
                .mapToDouble(i -> pass.logSumExp()[i] - beta * tokens.dot(i, pass.output(), i))
                .toArray();
    }

    @Override
    public void close() {
        head.close();
    }
}
