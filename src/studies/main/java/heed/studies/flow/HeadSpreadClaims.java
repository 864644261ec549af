package heed.studies.flow;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.within;

import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.flow.SoftmaxDrift.Kind;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/// Two scalar heads μ = 1 ± s: whether unequal ones gather tokens faster than equal ones.
final class HeadSpreadClaims {
    private static final int N = 16;
    private static final double BETA = 2;
    private static final double FROM = 0.05;
    private static final double TO = 0.9;
    private static final double[] SPREADS = {0, 0.5, 0.8};

    private final Lab lab;
    private final Checks checks = new Checks(FlowStudy.NAME);

    HeadSpreadClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        double[] unnormalised = times(Kind.UNNORMALISED, 0.002, .482, .392, .317);
        double[] normalised = times(Kind.NORMALISED, 0.005, 1.246, 1.358, 1.600);
        checks.add(
                "without denominators unequal heads are faster: largest ratio of a time to that of less unequal heads",
                atMost(0.99),
                Math.max(unnormalised[1] / unnormalised[0], unnormalised[2] / unnormalised[1]),
                Source.paper("abstract: heterogeneous heads are super-additive"));
        checks.add(
                "with softmax unequal heads are faster: time of heads (0.2, 1.8), equal heads take 1.246",
                atMost(normalised[0]),
                normalised[2],
                Source.paper("abstract, taken over to normalised softmax: the sign turns"));
        checks.add(
                "with softmax unequal heads are slower: smallest ratio of a time to that of less unequal heads",
                atLeast(1.01),
                Math.min(normalised[1] / normalised[0], normalised[2] / normalised[1]),
                Source.derived(""));
        endRates(29.6, 63.0, 132.4);
        return new Found(checks.list(), section(unnormalised, normalised));
    }

    private static double[] heads(double spread) {
        return new double[] {1 - spread, 1 + spread};
    }

    private static String named(double spread) {
        return String.format(Locale.ROOT, "(%.1f, %.1f)", 1 - spread, 1 + spread);
    }

    private double[] times(Kind kind, double step, double... expected) {
        double[] times = new double[SPREADS.length];
        for (int k = 0; k < SPREADS.length; k++) {
            lab.progress().doing("heads " + named(SPREADS[k]));
            try (SoftmaxDrift drift = SoftmaxDrift.scalar(lab, kind, BETA, N, N + 1, heads(SPREADS[k]))) {
                times[k] = new Flow(drift).timeTo(Sphere.equiangular(N, FROM), step, Sphere::meanCosine, TO);
            }
            checks.add(
                    "time from cosine 0.05 to 0.9 %s, 16 tokens, β 2, heads %s"
                            .formatted(
                                    kind == Kind.NORMALISED ? "with softmax" : "without denominators",
                                    named(SPREADS[k])),
                    within(0.01, expected[k]),
                    times[k],
                    Source.derived(""));
        }
        return times;
    }

    /// `−d ln(1−ρ)/dt` of particles at 1 − ρ = 1e-6, where it is 2Σμe^(βμ) but for a few 1e-6 of it.
    private void endRates(double... expected) {
        double gap = 1e-6;
        for (int k = 0; k < SPREADS.length; k++) {
            try (SoftmaxDrift drift = SoftmaxDrift.scalar(lab, Kind.UNNORMALISED, BETA, N, N + 1, heads(SPREADS[k]))) {
                Matrix tokens = Sphere.equiangular(N, 1 - gap);
                Matrix velocity = new Flow(drift).velocity(tokens);
                checks.add(
                        "end rate 2Σμe^(βμ) without denominators, heads " + named(SPREADS[k]),
                        within(0.005, expected[k]),
                        (velocity.dot(0, tokens, 1) + velocity.dot(1, tokens, 0)) / gap,
                        Source.derived(""));
            }
        }
    }

    private static Section section(double[] unnormalised, double[] normalised) {
        double[] spreads =
                IntStream.rangeClosed(0, 45).mapToDouble(k -> k / 50.0).toArray();
        return Section.of(
                "Unequal heads: faster or slower?",
                "Two heads share a budget: their strengths add to 2. Without denominators the stronger head's "
                        + "exponential wins, and unequal heads gather tokens faster than equal ones, as the abstract has it. "
                        + "Softmax divides that exponential out again: there the sign turns, and equal heads are fastest.",
                new Chart(
                                "Time to gather over the spread of two heads",
                                "16 tokens, β 2, cosine 0.05 to 0.9. Dots: particles. Dashes: the equation for the common "
                                        + "cosine. One falls with the spread, the other rises.",
                                Axis.linear("spread s of heads 1 − s, 1 + s"),
                                Axis.linear("time t").range(0, 1.8))
                        .dots("without denominators", SPREADS, unnormalised)
                        .theory("", spreads, theory(spreads, false))
                        .dots("softmax", SPREADS, normalised)
                        .theory("", spreads, theory(spreads, true)));
    }

    private static double[] theory(double[] spreads, boolean normalised) {
        return Arrays.stream(spreads)
                .map(spread -> new Equiangular(N, BETA, normalised, heads(spread)).time(FROM, TO))
                .toArray();
    }
}
