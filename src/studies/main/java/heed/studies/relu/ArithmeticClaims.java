package heed.studies.relu;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.exactly;
import static heed.studies.claim.Expectation.near;

import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Squares, products and reciprocals by gates.
final class ArithmeticClaims {
    private static final Gates EXACT = new Gates.Exact();

    private final Lab lab;
    private final Checks checks = new Checks(ReluStudy.NAME);

    ArithmeticClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        for (int levels : new int[] {2, 4, 6, 8}) {
            lab.progress().doing("square, %d levels".formatted(levels));
            square(new Square(levels));
        }
        lab.progress().doing("product and reciprocal");
        product();
        reciprocalGates();
        reciprocal();
        return new Found(checks.list(), section());
    }

    /// Inputs 1/10240 apart: multiples of 2^-11 among them, where the lines are farthest from the square,
    /// and a tenth of the width 1/β of a gate apart.
    private void square(Square square) {
        double beta = 1000;
        double[] x =
                IntStream.rangeClosed(0, 10_240).mapToDouble(i -> i / 10_240.0).toArray();
        double[] exact = square.of(EXACT, x);
        double error =
                GateClaims.largest(exact, Arrays.stream(x).map(one -> one * one).toArray());
        String name = "square on [0, 1], m %d, %d gates".formatted(square.levels(), square.gates());
        checks.add(
                name + ": error with exact gates over 2^(-2m-2)",
                near(1, 1e-9),
                error / square.error(),
                Source.exact("Yarotsky"));
        AttentionGates gates = new AttentionGates(lab, beta);
        checks.add(
                name + ": what attention adds, β 1000, over W0(1/e)/β",
                atMost(1.3),
                GateClaims.largest(square.of(gates, x), exact) / gates.error(),
                Source.derived("1.25 was expected, whatever m"));
    }

    private void product() {
        AttentionGates gates = new AttentionGates(lab, 1e5);
        Product product = new Product(1, new Square(6));
        int side = 129;
        // Multiples of 1/64: halved they are the inputs at which the lines of f_6 are farthest from the
        // square.
        double[] x = new double[side * side];
        double[] y = new double[x.length];
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i / side - 64) / 64.0;
            y[i] = (i % side - 64) / 64.0;
            expected[i] = x[i] * y[i];
        }
        double error = GateClaims.largest(product.of(gates, x, y), expected);
        checks.add(
                "product on [-1, 1]², m 6, β 1e5: largest error at 129 × 129 points",
                atMost(4.5e-4),
                error,
                Source.derived(""));
        checks.add(
                "product: the same over its bound 6M²(2^(-2m-2) + 1.25 W0(1/e)/β) and the absolute values' part",
                atMost(1),
                error / product.error(gates.error()),
                Source.derived(""));
    }

    private void reciprocalGates() {
        double[][] known = {{1e-2, 21, 9.66e-3}, {1e-3, 68, 9.82e-4}, {1e-4, 216, 9.93e-5}};
        for (double[] one : known) {
            Reciprocal reciprocal = new Reciprocal(.1, one[0]);
            String name = "reciprocal on [0.1, 1], ε %.0e".formatted(one[0]);
            checks.add(name + ": gates", exactly(one[1]), reciprocal.gates(), Source.derived(""));
            double[] x = reciprocal.inputs(20);
            double error = GateClaims.largest(reciprocal.of(EXACT, x), inverse(x));
            checks.add(name + ": largest error with exact gates", atMost(one[0]), error, Source.exact(""));
            checks.add(name + ": the same, to three digits", near(one[2], .005 * one[2]), error, Source.derived(""));
        }
    }

    private void reciprocal() {
        Reciprocal reciprocal = new Reciprocal(.1, 1e-3);
        double[] x = reciprocal.inputs(40);
        double fine = error(reciprocal, x, 1e4);
        checks.add("reciprocal, 68 gates, β 1e4: largest error", atMost(1e-3), fine, Source.derived(""));
        checks.add(
                "the same over its bound ε + TV · W0(1/e)/β, TV the sum of changes of slope",
                atMost(1),
                fine / (1e-3 + reciprocal.variation() * new AttentionGates(lab, 1e4).error()),
                Source.exact(""));
        checks.add(
                "sum of changes of slope times δ²", atMost(1), reciprocal.variation() * .01, Source.exact("TV < 1/δ²"));
        checks.add(
                "negative control: reciprocal, 68 gates, β 1e3 is too soft: largest error",
                atLeast(1.5e-3),
                error(reciprocal, x, 1e3),
                Source.derived(""));
    }

    private double error(Reciprocal reciprocal, double[] x, double beta) {
        return GateClaims.largest(reciprocal.of(new AttentionGates(lab, beta), x), inverse(x));
    }

    private static double[] inverse(double[] x) {
        return Arrays.stream(x).map(one -> 1 / one).toArray();
    }

    private Section section() {
        Reciprocal coarse = new Reciprocal(.1, .3);
        double[] x = coarse.inputs(30);
        double[] knots = coarse.knots();
        Chart curve = new Chart(
                        "1/x by %d gates".formatted(coarse.gates()),
                        "Lines between knots, which lie closer where 1/x bends more: every piece is off by as much. A soft "
                                + "gate rounds the corners off.",
                        Axis.linear("x"),
                        Axis.linear("output"))
                .line("attention, β 50", x, coarse.of(new AttentionGates(lab, 50), x))
                .line("exact gates", x, coarse.of(EXACT, x))
                .dashes("1/x", x, inverse(x))
                .dots("knots", knots, inverse(knots));
        Reciprocal fine = new Reciprocal(.1, 1e-3);
        double[] points = fine.inputs(12);
        Chart errors = new Chart(
                "Error of 1/x with 68 gates",
                "At β = 10⁴ the corners are sharp and the error stays below ε = 10⁻³ as with exact gates; at β = 10³ the "
                        + "gates of neighbouring knots run into each other where knots lie close.",
                Axis.linear("x").range(0, 1),
                Axis.linear("output less 1/x"));
        for (double beta : new double[] {1e3, 1e4}) {
            double[] outputs = fine.of(new AttentionGates(lab, beta), points);
            errors.line(
                    "β %.0f".formatted(beta),
                    points,
                    IntStream.range(0, points.length)
                            .mapToDouble(i -> outputs[i] - 1 / points[i])
                            .toArray());
        }
        return new Section(
                "Arithmetic by gates",
                List.of(
                        "A tent is three gates; applied to its own output it makes saw teeth, and x less ever finer saw teeth is "
                                + "x². Each further level makes the error four times smaller. Squares give products: "
                                + "2xy = (x+y)² − x² − y².",
                        "A reciprocal is drawn by lines between knots, a gate for each change of slope."),
                List.of(curve, errors));
    }
}
