package heed.studies.relu;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;
import static heed.studies.claim.Expectation.within;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// One gate, and the maximum of several numbers.
final class GateClaims {
    private static final Source DERIVED = Source.derived("");

    private final Lab lab;
    private final Checks checks = new Checks(ReluStudy.NAME);

    GateClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        lab.progress().doing("gates");
        gates(10, .0278465);
        gates(100, .00278464);
        inFloat();
        maximum(2, .278);
        maximum(8, .973);
        maximum(64, 2.307);
        return new Found(checks.list(), section());
    }

    private static double[] points(double reach, int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> reach * (2.0 * i / (count - 1) - 1))
                .toArray();
    }

    /// Largest error of a gate over `points`.
    static double largestError(Gates gates, double[] points) {
        return largest(gates.of(points), new Gates.Exact().of(points));
    }

    static double largest(double[] some, double[] others) {
        return IntStream.range(0, some.length)
                .mapToDouble(i -> Math.abs(some[i] - others[i]))
                .max()
                .orElseThrow();
    }

    private void gates(double beta, double known) {
        AttentionGates gates = new AttentionGates(lab, beta);
        double measured = largestError(gates, points(5, 200_000));
        checks.add(
                "a gate is off by at most W0(1/e)/β: 200 000 points of [-5, 5], β %.0f".formatted(beta),
                within(1e-4, known),
                measured,
                Source.exact(""));
        checks.add(
                "the same over W0(1/e)/β, β %.0f".formatted(beta),
                near(1, 1e-4),
                measured / gates.error(),
                Source.exact(""));
    }

    private void maximum(int n, double known) {
        double beta = 50;
        Maximum maximum = new Maximum(lab, beta);
        double worst = worstMaximum(maximum, n);
        checks.add(
                "maximum of %d numbers by one head, worst: β times the error".formatted(n),
                near(known, 5e-4),
                beta * worst,
                DERIVED);
        checks.add(
                "the same over W0((n-1)/e)/β, n %d".formatted(n),
                near(1, 1e-4),
                worst / maximum.error(n),
                Source.exact(""));
        Matrix random = Matrix.gaussian(new Random(n), 2000, n, 0.1);
        double[] most = maximum.of(random);
        double[] least = maximum.least(random);
        double[] above =
                distances(random, row -> Arrays.stream(random.row(row)).max().orElseThrow() - most[row]);
        double[] below = distances(
                random, row -> least[row] - Arrays.stream(random.row(row)).min().orElseThrow());
        String sizes = "2000 rows of %d numbers of N(0, 0.01), β 50".formatted(n);
        checks.add(
                "maximum and minimum: never beyond the exact ones, smallest distance; " + sizes,
                atLeast(-1e-15),
                Math.min(smallest(above), smallest(below)),
                Source.exact(""));
        checks.add(
                "maximum and minimum: largest distance over W0((n-1)/e)/β; " + sizes,
                atMost(1),
                Math.max(largest(above), largest(below)) / maximum.error(n),
                Source.exact(""));
    }

    private static double smallest(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private static double[] distances(Matrix rows, IntToDoubleFunction distance) {
        return IntStream.range(0, rows.rows()).mapToDouble(distance).toArray();
    }

    /// One number 0, all others t below: 2000 t up to 8/β.
    private static double worstMaximum(Maximum maximum, int n) {
        Matrix inputs = Matrix.zeros(2000, n);
        for (int i = 0; i < inputs.rows(); i++) {
            for (int j = 1; j < n; j++) {
                inputs.set(i, j, -8 / maximum.beta() * i / inputs.rows());
            }
        }
        return -smallest(maximum.of(inputs));
    }

    private void inFloat() {
        double beta = 1e5;
        double[] points = points(5, 10_001);
        float[] inputs = new float[points.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) points[i];
        }
        float[] ones = new float[inputs.length];
        Arrays.fill(ones, 1);
        float[] output = new float[inputs.length];
        AttentionSpec spec =
                AttentionSpec.builder(1, 1).softmaxScale(beta).sink().build();
        int[] shape = {inputs.length, 1, 1, 1};
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(inputs.length, 1, 1), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(Tensor.of(ones, shape))
                    .key(Tensor.of(inputs, shape))
                    .value(Tensor.of(inputs, shape))
                    .sink(Tensor.of(new float[1], 1))
                    .output(Tensor.of(output, shape)));
        }
        double[] rounded =
                IntStream.range(0, inputs.length).mapToDouble(i -> inputs[i]).toArray();
        double[] outputs =
                IntStream.range(0, inputs.length).mapToDouble(i -> output[i]).toArray();
        checks.add(
                "largest difference of a gate in float to that in double, [-5, 5], β 1e5",
                told(),
                largest(outputs, new AttentionGates(lab, beta).of(rounded)),
                DERIVED);
    }

    private Section section() {
        double[] x = points(2, 401);
        Chart gate = new Chart(
                "A head that is nearly a ReLU",
                "x σ(βx) for several β and max(x, 0). The larger β, the nearer; the error is largest a little beside 0.",
                Axis.linear("input x"),
                Axis.linear("output"));
        for (double beta : new double[] {1, 3, 10}) {
            gate.line("β %.0f".formatted(beta), x, new AttentionGates(lab, beta).of(x));
        }
        gate.dashes("max(x, 0)", x, new Gates.Exact().of(x));
        double[] betas = IntStream.rangeClosed(0, 10)
                .mapToDouble(k -> Math.pow(10, k / 2.0))
                .toArray();
        Chart errors = new Chart(
                        "Error over β",
                        "Dots: measured, the worst input of each. Dashes: W0(1/e)/β, and W0((n−1)/e)/β for the maximum of n.",
                        Axis.log("softmax scale β, per unit of x"),
                        Axis.log("largest error, units of x"))
                .dots(
                        "gate",
                        betas,
                        each(betas, beta -> largestError(new AttentionGates(lab, beta), points(8 / beta, 2001))))
                .theory("", betas, each(betas, beta -> AttentionGates.ERROR / beta));
        for (int n : new int[] {8, 64}) {
            errors.dots("maximum of " + n, betas, each(betas, beta -> worstMaximum(new Maximum(lab, beta), n)))
                    .theory("", betas, each(betas, beta -> new Maximum(lab, beta).error(n)));
        }
        return new Section(
                "A gate is a head",
                List.of(
                        "Give a head one key whose score is βx and whose value is x, and beside it a sink: a logit of 0 that "
                                + "takes weight and gives no value. The softmax over the two is a logistic, the output x/(1 + e^(−βx)): "
                                + "x if x is clearly positive, 0 if clearly negative. Several keys x_j with values x_j give their "
                                + "maximum the same way."),
                List.of(gate, errors));
    }

    private static double[] each(double[] betas, DoubleUnaryOperator error) {
        return Arrays.stream(betas).map(error).toArray();
    }
}
