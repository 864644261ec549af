package heed.studies.identities;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;

import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Head;
import heed.studies.head.Head.Pass;
import heed.studies.math.Matrix;
import java.util.function.Consumer;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What follows from outputs and log-sum-exps of forward runs.
///
/// Tolerances: sums of up to 37 terms and exponentials of scores below 10, each rounded by 2⁻⁵³ of its
/// size,
/// leave some 1e-14; a hundred times that is allowed.
final class ForwardIdentities {
    private static final double EXACT = 1e-12;

    private final Lab lab;
    private final Case data;
    private final Dense dense;
    private final Checks checks;

    ForwardIdentities(Lab lab, Case data, Checks checks) {
        this.lab = lab;
        this.data = data;
        this.checks = checks;
        dense = data.dense();
    }

    void run() {
        Pass pass = pass(data.beta(), data.query(), data.key(), data.value());
        partition(pass);
        extremes(pass);
        entropy();
        participation(pass);
        columns(pass);
        transposedCausal();
        sink();
        keyBias();
    }

    /// One run of a spec with nothing but a scale.
    private Pass pass(double beta, Matrix query, Matrix key, Matrix value) {
        return pass(beta, query, key, value, UnaryOperator.identity(), _ -> {});
    }

    private Pass pass(
            double beta,
            Matrix query,
            Matrix key,
            Matrix value,
            UnaryOperator<AttentionSpec.Builder> more,
            Consumer<Head> tensors) {
        AttentionSpec spec = Head.spec(
                query.columns(), one -> more.apply(one.softmaxScale(beta).valueDim(value.columns())));
        try (Head head = new Head(lab, spec, query.rows(), key.rows())) {
            tensors.accept(head);
            return head.run(query, key, value);
        }
    }

    private static double largest(IntToDoubleFunction error) {
        return IntStream.range(0, Case.N)
                .mapToDouble(error)
                .map(Math::abs)
                .max()
                .orElseThrow();
    }

    private void check(String claim, double error) {
        checks.add(claim, atMost(EXACT), Math.abs(error), Source.exact("error"));
    }

    private void partition(Pass pass) {
        check(
                "partition sum: Z = e^L, relative",
                largest(i -> Math.exp(pass.logSumExp()[i] - dense.logSumExp()[i]) - 1));
        double energy = IntStream.range(0, Case.N)
                .mapToDouble(i -> Math.exp(pass.logSumExp()[i]))
                .sum();
        double plain = IntStream.range(0, Case.N * Case.N)
                .mapToDouble(n -> Math.exp(dense.scores().elements()[n]))
                .sum();
        check("interaction energy: E = Σ e^L / (2 β n²), relative", energy / plain - 1);
        Matrix weighted = Matrix.zeros(Case.N, Case.N);
        IntStream.range(0, Case.N * Case.N)
                .forEach(n -> weighted.elements()[n] = Math.exp(dense.scores().elements()[n]));
        Matrix sums = weighted.times(data.value());
        check(
                "unnormalised attention: Σ e^s v = e^L O, relative to the sum of weights",
                largest(i -> IntStream.range(0, Case.V)
                        .mapToDouble(d -> Math.abs(sums.get(i, d) / Math.exp(pass.logSumExp()[i])
                                - pass.output().get(i, d)))
                        .max()
                        .orElseThrow()));
    }

    /// With scores as values, a row's largest score lies between the mean that attention gives and the
    /// log-sum-exp. Scores are linear in the keys, so their mean is that of the mean key.
    private void extremes(Pass pass) {
        Matrix scores = dense.scores();
        Matrix means = pass(data.beta(), data.query(), data.key(), data.key()).output();
        double below = Double.POSITIVE_INFINITY;
        double above = Double.POSITIVE_INFINITY;
        double gap = 0;
        for (int i = 0; i < Case.N; i++) {
            double most =
                    IntStream.range(0, Case.N).mapToDouble(row(scores, i)).max().orElseThrow();
            double mean = data.beta() * data.query().dot(i, means, i);
            below = Math.min(below, most - mean);
            above = Math.min(above, pass.logSumExp()[i] - most);
            gap = Math.max(gap, Math.max(pass.logSumExp()[i] - most, most - mean));
        }
        Source source = Source.exact("in units of the score");
        checks.add(
                "largest score: at least the mean score that attention gives, smallest gap", atLeast(0), below, source);
        checks.add("largest score: at most the log-sum-exp, smallest gap", atLeast(0), above, source);
        checks.add("largest score: both gaps at most ln n, n = 37", atMost(Math.log(Case.N)), gap, source);
    }

    private static IntToDoubleFunction row(Matrix matrix, int i) {
        return j -> matrix.get(i, j);
    }

    private double[] entropies(double beta, Matrix query, Matrix key) {
        Pass pass = pass(beta, query, key, key);
        return IntStream.range(0, Case.N)
                .mapToDouble(i -> pass.logSumExp()[i] - beta * query.dot(i, pass.output(), i))
                .toArray();
    }

    private void entropy() {
        double[] entropies = entropies(data.beta(), data.query(), data.key());
        check(
                "row entropy: H = L - β⟨q, m⟩, m the output with the keys as values",
                largest(i -> entropies[i] - dense.entropy(i)));
        double cap = 1;
        Dense capped = Dense.of(
                Dense.scores(data.beta(), data.query(), data.key(), score -> cap * Math.tanh(score / cap)),
                Double.NEGATIVE_INFINITY);
        Pass pass = pass(data.beta(), data.query(), data.key(), data.key(), spec -> spec.softcap(cap), _ -> {});
        checks.add(
                "negative control: under softcap the row entropy is not that, largest error",
                atLeast(0.01),
                largest(i ->
                        pass.logSumExp()[i] - data.beta() * data.query().dot(i, pass.output(), i) - capped.entropy(i)),
                Source.exact("a cap bends scores"));
    }

    private void participation(Pass pass) {
        Pass twice = pass(2 * data.beta(), data.query(), data.key(), data.value());
        check(
                "participation: Σ p² = exp(L(2β) - 2 L(β))",
                largest(i -> Math.exp(twice.logSumExp()[i] - 2 * pass.logSumExp()[i]) - dense.squares(i)));
    }

    /// Each key asks all queries: a query's bias −L makes its scores probabilities.
    private void columns(Pass pass) {
        double[] sums = columnLogs(pass.logSumExp(), UnaryOperator.identity(), data.key(), data.query());
        check(
                "column sums, forward: ln Σ_i p_ij is the log-sum-exp of keys that ask queries with bias -L",
                largest(j -> Math.exp(sums[j]) - dense.columnSum(j)));
    }

    private double[] columnLogs(
            double[] logSumExp, UnaryOperator<AttentionSpec.Builder> more, Matrix asking, Matrix asked) {
        double[] bias =
                IntStream.range(0, Case.N).mapToDouble(i -> -logSumExp[i]).toArray();
        return pass(
                        data.beta(),
                        asking,
                        asked,
                        data.value(),
                        spec -> {
                            AttentionSpec.Builder all = more.apply(spec);
                            Mask mask = all.build().mask();
                            return all.mask(
                                    mask instanceof Mask.None
                                            ? Mask.additiveTensor()
                                            : mask.and(Mask.additiveTensor()));
                        },
                        head -> head.arguments().bias(Tensor.of(bias, 1, 1, 1, Case.N)))
                .logSumExp();
    }

    /// With both sequences reversed, "query i sees key j ≤ i" becomes "key j sees query i ≥ j".
    private void transposedCausal() {
        UnaryOperator<AttentionSpec.Builder> causal = spec -> spec.mask(Mask.causal());
        Pass pass = pass(data.beta(), data.query(), data.key(), data.value(), causal, _ -> {});
        double[] reversed = reversed(pass.logSumExp());
        double[] sums = columnLogs(reversed, causal, reversed(data.key()), reversed(data.query()));
        Matrix scores = dense.scores().copy();
        for (int i = 0; i < Case.N; i++) {
            for (int j = i + 1; j < Case.N; j++) {
                scores.set(i, j, Double.NEGATIVE_INFINITY);
            }
        }
        Dense seen = Dense.of(scores, Double.NEGATIVE_INFINITY);
        check(
                "column sums of a causal head, forward, both sequences reversed",
                largest(j -> Math.exp(sums[Case.N - 1 - j]) - seen.columnSum(j)));
    }

    private static double[] reversed(double[] values) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> values[values.length - 1 - i])
                .toArray();
    }

    private static Matrix reversed(Matrix rows) {
        Matrix result = Matrix.zeros(rows.rows(), rows.columns());
        for (int i = 0; i < rows.rows(); i++) {
            System.arraycopy(
                    rows.elements(), rows.at(rows.rows() - 1 - i), result.elements(), result.at(i), rows.columns());
        }
        return result;
    }

    private void sink() {
        double z = 1.3;
        Dense with = Dense.of(dense.scores(), z);
        Pass plain = pass(data.beta(), data.query(), data.key(), data.key());
        Pass sunk = pass(
                data.beta(),
                data.query(),
                data.key(),
                data.key(),
                AttentionSpec.Builder::sink,
                head -> head.arguments().sink(Tensor.of(new double[] {z}, 1)));
        check(
                "sink: the output shrinks by σ(L - z)",
                largest(i -> IntStream.range(0, Case.D)
                        .mapToDouble(d -> Math.abs(sunk.output().get(i, d)
                                - plain.output().get(i, d) / (1 + Math.exp(z - plain.logSumExp()[i]))))
                        .max()
                        .orElseThrow()));
        check(
                "sink: its mass is σ(z - L), L without it",
                largest(i -> 1 / (1 + Math.exp(plain.logSumExp()[i] - z)) - with.sink()[i]));
        check("sink: its mass is e^(z - L')", largest(i -> Math.exp(z - sunk.logSumExp()[i]) - with.sink()[i]));
        check(
                "sink: row entropy with it is L' - β⟨q, m⟩ - z p",
                largest(i -> sunk.logSumExp()[i]
                        - data.beta() * data.query().dot(i, sunk.output(), i)
                        - z * with.sink()[i]
                        - with.entropy(i)));
        Pass twice = pass(2 * data.beta(), data.query(), data.key(), data.value());
        check(
                "sink: Σ p² over keys is exp(L(2β) - 2 L'(β))",
                largest(i -> Math.exp(twice.logSumExp()[i] - 2 * sunk.logSumExp()[i]) - with.squares(i)));
    }

    /// A bias of each key is one more dim: `q' = [q, 1]`, `k' = [k, b/β]`.
    private void keyBias() {
        Matrix query = Matrix.zeros(Case.N, Case.D + 1);
        Matrix key = Matrix.zeros(Case.N, Case.D + 1);
        Matrix scores = dense.scores().copy();
        for (int i = 0; i < Case.N; i++) {
            System.arraycopy(data.query().elements(), data.query().at(i), query.elements(), query.at(i), Case.D);
            System.arraycopy(data.key().elements(), data.key().at(i), key.elements(), key.at(i), Case.D);
            double bias = Math.sin(i);
            query.set(i, Case.D, 1);
            key.set(i, Case.D, bias / data.beta());
            for (int k = 0; k < Case.N; k++) {
                scores.set(k, i, scores.get(k, i) + bias);
            }
        }
        Dense biased = Dense.of(scores, Double.NEGATIVE_INFINITY);
        double[] entropies = entropies(data.beta(), query, key);
        check(
                "row entropy with a bias of each key, folded into one more dim",
                largest(i -> entropies[i] - biased.entropy(i)));
    }
}
