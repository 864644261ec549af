package heed.studies.relu;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.between;
import static heed.studies.claim.Expectation.near;

import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.math.Line;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Clipping by one head over anchors.
final class ClipClaims {
    private static final double LOW = -1;
    private static final double HIGH = 1;
    private static final int[] ANCHORS = {9, 17, 33, 65, 129};

    /// κ, and C(κ): the largest error in units of Δ.
    private static final double[][] KAPPAS = {{.25, .842}, {.5, .520}, {1, .292}, {2, .120}, {50, .444}};

    private final Lab lab;
    private final Checks checks = new Checks(ReluStudy.NAME);
    private final Chart errors = new Chart(
            "Error of clipping over the anchors",
            "It falls as their distance does. Too soft, and the ends are drawn inwards; too sharp, and the output goes in "
                    + "steps: κ about 2 is best.",
            Axis.log("anchors p"),
            Axis.log("largest error"));

    ClipClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        double worstShare = 0;
        for (double[] kappa : KAPPAS) {
            lab.progress().doing("clip, κ " + kappa[0]);
            double[] error = Arrays.stream(ANCHORS)
                    .mapToDouble(p -> clip(p, kappa[0]).largestError(lab))
                    .toArray();
            String name = "clip to [-1, 1] by p anchors, κ %s".formatted(kappa[0]);
            double[] intervals =
                    Arrays.stream(ANCHORS).mapToDouble(p -> log2(p - 1)).toArray();
            checks.add(
                    name + ": slope of log2 error over log2(p - 1), p 9 to 129",
                    near(-1, .02),
                    Line.through(
                                    intervals,
                                    Arrays.stream(error).map(ClipClaims::log2).toArray())
                            .slope(),
                    Source.derived(""));
            double[] units = IntStream.range(0, ANCHORS.length)
                    .mapToDouble(k -> error[k] / clip(ANCHORS[k], kappa[0]).spacing())
                    .toArray();
            checks.add(
                    name + ": largest error over the distance of anchors, p 33",
                    kappa[0] == 2 ? between(.115, .125) : near(kappa[1], .002),
                    units[2],
                    Source.derived(""));
            for (int k = 0; k < ANCHORS.length; k++) {
                worstShare = Math.max(worstShare, error[k] * ANCHORS[k] / (HIGH - LOW));
            }
            errors.line("κ " + kappa[0], Arrays.stream(ANCHORS).asDoubleStream().toArray(), error);
        }
        checks.add(
                "clip: largest error over (b-a)/p, all κ and p",
                atMost(1),
                worstShare,
                Source.derived("anchors as in arXiv 2504.15956"));
        return new Found(checks.list(), section());
    }

    private static Clip clip(int anchors, double kappa) {
        return new Clip(LOW, HIGH, anchors, kappa);
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    private Section section() {
        double[] t =
                IntStream.rangeClosed(0, 600).mapToDouble(i -> i / 200.0 - 1.5).toArray();
        Chart curves = new Chart(
                "Clipping with 9 anchors",
                "Each output is a mean of anchors near the input, here 0.25 apart.",
                Axis.linear("input t"),
                Axis.linear("output"));
        for (double kappa : new double[] {.25, 2, 50}) {
            curves.line("κ " + kappa, t, clip(9, kappa).of(lab, t));
        }
        curves.dashes("clip", t, Arrays.stream(t).map(clip(9, 1)::exact).toArray());
        return Section.of(
                "Clipping is a search among anchors",
                "Place p keys along an interval and let the score fall with the square of the distance to the input. The "
                        + "head answers with the anchors nearest to it, and with the last one for all inputs beyond. κ = βΔ² "
                        + "says how sharply it chooses between anchors a distance Δ apart.",
                curves,
                errors);
    }
}
