package heed.studies.identities;

import static heed.studies.claim.Expectation.atMost;

import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Head;
import heed.studies.head.Head.Gradients;
import heed.studies.head.Head.Pass;
import heed.studies.math.Differences;
import heed.studies.math.Matrix;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// What follows from gradients, held against plain sums or against central differences, which leave some 1e-9
/// where values are some tens.
final class BackwardIdentities {
    private static final double EXACT = 1e-12;
    private static final double DIFFERENCES = 1e-8;

    private final Lab lab;
    private final Case data;
    private final Dense dense;
    private final Checks checks;
    private final double[] weights;

    BackwardIdentities(Lab lab, Case data, Checks checks) {
        this.lab = lab;
        this.data = data;
        this.checks = checks;
        dense = data.dense();
        Random random = new Random(7);
        weights = random.doubles(Case.N, -1, 1).toArray();
    }

    void run() {
        columnSums();
        logSumExp();
        entropy();
        participation();
        weightedColumns();
        sinkLogit();
    }

    private Head head(double beta, int valueDim, UnaryOperator<AttentionSpec.Builder> more) {
        return new Head(
                lab,
                Head.spec(Case.D, spec -> more.apply(spec.softmaxScale(beta).valueDim(valueDim))),
                Case.N,
                Case.N);
    }

    private Gradients gradients(double beta, Matrix value, Matrix cotangent, Optional<double[]> logSumExp) {
        try (Head head = head(beta, value.columns(), UnaryOperator.identity())) {
            Pass pass = head.run(data.query(), data.key(), value);
            return head.gradients(data.query(), data.key(), value, pass, cotangent, logSumExp);
        }
    }

    private static Matrix filled(int columns, double value) {
        Matrix matrix = Matrix.zeros(Case.N, columns);
        Arrays.fill(matrix.elements(), value);
        return matrix;
    }

    private void byDifferences(String claim, Matrix query, Matrix key, ToDoubleFunction<Dense> loss) {
        DoubleSupplier now = () -> loss.applyAsDouble(data.dense());
        double error = Math.max(Differences.error(data.query(), query, now), Differences.error(data.key(), key, now));
        checks.add(claim, atMost(DIFFERENCES), error, Source.exact("error, against central differences"));
    }

    private double weighted(IntToDoubleFunction rows) {
        return IntStream.range(0, Case.N)
                .mapToDouble(i -> weights[i] * rows.applyAsDouble(i))
                .sum();
    }

    private void columnSums() {
        Matrix sums = gradients(data.beta(), filled(1, 0), filled(1, 1), Optional.empty())
                .value();
        double error = IntStream.range(0, Case.N)
                .mapToDouble(j -> Math.abs(sums.get(j, 0) - dense.columnSum(j)))
                .max()
                .orElseThrow();
        checks.add(
                "column sums: the gradient of values of one dim, cotangent 1",
                atMost(EXACT),
                error,
                Source.exact("error"));
    }

    private void logSumExp() {
        Gradients gradients = gradients(data.beta(), data.value(), filled(Case.V, 0), Optional.of(weights));
        byDifferences(
                "gradient of a loss on L: its cotangent g gives dS = p g",
                gradients.query(),
                gradients.key(),
                now -> weighted(i -> now.logSumExp()[i]));
    }

    private void entropy() {
        Matrix cotangent = Matrix.zeros(Case.N, Case.D);
        for (int i = 0; i < Case.N; i++) {
            for (int d = 0; d < Case.D; d++) {
                cotangent.set(i, d, -weights[i] * data.beta() * data.query().get(i, d));
            }
        }
        Gradients gradients = gradients(data.beta(), data.key(), cotangent, Optional.empty());
        byDifferences(
                "gradient of a loss on row entropies: values := keys, cotangent -h β q, drop dV",
                gradients.query(),
                gradients.key(),
                now -> weighted(now::entropy));
    }

    private void participation() {
        double[] twice = IntStream.range(0, Case.N)
                .mapToDouble(i -> weights[i] * dense.squares(i))
                .toArray();
        double[] once = Arrays.stream(twice).map(g -> -2 * g).toArray();
        Matrix zero = filled(Case.V, 0);
        Gradients atTwice = gradients(2 * data.beta(), data.value(), zero, Optional.of(twice));
        Gradients atOnce = gradients(data.beta(), data.value(), zero, Optional.of(once));
        byDifferences(
                "gradient of a loss on Σ p²: the rule for L at 2β and at β",
                atTwice.query().add(1, atOnce.query()),
                atTwice.key().add(1, atOnce.key()),
                now -> weighted(now::squares));
    }

    private void weightedColumns() {
        Matrix value = Matrix.of(Case.N, 1, weights.clone());
        Gradients gradients = gradients(data.beta(), value, filled(1, 1), Optional.empty());
        byDifferences(
                "gradient of Σ c_j C_j, a loss on column sums: values := c, cotangent 1",
                gradients.query(),
                gradients.key(),
                now -> weighted(now::columnSum));
    }

    private void sinkLogit() {
        double[] z = {0.7};
        Matrix cotangent = Matrix.gaussian(new Random(8), Case.N, Case.V, 1);
        double[] found = new double[1];
        Pass pass;
        try (Head head = head(data.beta(), Case.V, AttentionSpec.Builder::sink)) {
            head.arguments().sink(Tensor.of(z, 1));
            pass = head.run(data.query(), data.key(), data.value());
            head.gradients(
                    data.query(),
                    data.key(),
                    data.value(),
                    pass,
                    cotangent,
                    Optional.empty(),
                    targets -> targets.sink(Tensor.of(found, 1)));
        }
        Dense with = Dense.of(dense.scores(), z[0]);
        double formula = -IntStream.range(0, Case.N)
                .mapToDouble(i -> with.sink()[i] * cotangent.dot(i, pass.output(), i))
                .sum();
        checks.add(
                "gradient of the sink logit: -Σ p_sink ⟨dO, O'⟩",
                atMost(EXACT),
                Math.abs(found[0] - formula),
                Source.exact("error"));
        double slope = Differences.at(z, 0, () -> loss(z[0], cotangent));
        checks.add(
                "gradient of the sink logit, by differences",
                atMost(DIFFERENCES),
                Math.abs(found[0] - slope),
                Source.exact("error, against central differences"));
    }

    private double loss(double z, Matrix cotangent) {
        return Dense.of(dense.scores(), z).probabilities().times(data.value()).inner(cotangent);
    }
}
