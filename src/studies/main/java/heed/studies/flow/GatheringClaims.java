package heed.studies.flow;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;
import static heed.studies.claim.Expectation.within;

import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.flow.SoftmaxDrift.Kind;
import heed.studies.head.Head;
import heed.studies.head.InFloat;
import heed.studies.math.Line;
import heed.studies.math.Matrix;
import heed.studies.math.Search;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// Tokens that start with equal cosines keep them equal: particles against the closed forms of [Equiangular].
final class GatheringClaims {
    private static final int N = 16;
    private static final int DIMS = 24;
    private static final double STEP = 0.01;
    private static final int STEPS = 400;
    private static final int DOT_EVERY = 20;
    private static final Source DERIVED = Source.derived("closed form");

    private final Lab lab;
    private final Checks checks = new Checks(FlowStudy.NAME);
    private final Chart cosines = new Chart(
            "How fast tokens gather",
            "Dots: the mean cosine of 16 particles moved by Heed's attention. Dashes: the closed form or equation for "
                    + "the common cosine. A sharper softmax (larger β) starts more slowly; without the softmax's "
                    + "denominator the tokens gather at once.",
            Axis.linear("time t"),
            Axis.linear("cosine between two tokens").range(0, 1));

    GatheringClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        along(new Equiangular(N, 1, true, 1));
        along(new Equiangular(N, 4, true, 1));
        along(new Equiangular(N, 1, false, 1));
        halfTimes();
        uniformHalfTimes();
        relu();
        fastest();
        inFloat();
        Chart times = times();
        return new Found(
                checks.list(),
                new Section(
                        "Tokens gather into one cluster",
                        List.of(
                                "Start with tokens at right angles to each other and let each be pulled to what its head "
                                        + "returns. By symmetry all cosines stay equal, so n tokens in any number of dims "
                                        + "come down to one equation for one cosine, which can be solved.",
                                "From right angles nothing but the uniform part of the softmax pulls at first: that "
                                        + "constant drive, 2/(e^β + n − 1), suggests a time of order n. But as soon as "
                                        + "tokens lean to each other, they pull n times as hard: the true time grows like "
                                        + "½ ln n as long as e^β is small beside n. ReLU scores have no constant drive at all."),
                        List.of(cosines, times)));
    }

    private void along(Equiangular theory) {
        lab.progress().doing("tokens gather");
        String name =
                "%s, β %d".formatted(theory.normalised() ? "softmax" : "without denominator", (int) theory.beta());
        double[] t = new double[STEPS / DOT_EVERY + 1];
        double[] expected = new double[t.length];
        double[] measured = new double[t.length];
        double worst = 0;
        try (SoftmaxDrift drift = SoftmaxDrift.scalar(
                lab, theory.normalised() ? Kind.NORMALISED : Kind.UNNORMALISED, theory.beta(), N, DIMS, 1)) {
            Flow flow = new Flow(drift);
            Matrix tokens = Sphere.orthonormal(new Random(3), N, DIMS);
            double rho = 0;
            for (int n = 1; n <= STEPS; n++) {
                tokens = flow.step(tokens, STEP);
                rho = theory.normalised()
                        ? Equiangular.softmaxCosine(N, theory.beta(), 0, n * STEP)
                        : theory.after(rho, STEP, 20);
                worst = Math.max(worst, Sphere.unevenness(tokens, rho));
                if (n % DOT_EVERY == 0) {
                    t[n / DOT_EVERY] = n * STEP;
                    expected[n / DOT_EVERY] = rho;
                    measured[n / DOT_EVERY] = Sphere.meanCosine(tokens);
                }
            }
        }
        cosines.dots(name, t, measured).theory("", t, expected);
        checks.add(
                "particles follow ρ(t), %s: 16 orthonormal tokens of 24 dims, steps of 0.01 to t = 4, largest error of a cosine"
                        .formatted(name),
                atMost(1e-8),
                worst,
                DERIVED);
    }

    private double particleTime(Drift drift, int n, double from, double to, double step) {
        return new Flow(drift).timeTo(Sphere.equiangular(n, from), step, Sphere::meanCosine, to);
    }

    private double softmaxTime(int n, double beta, double step) {
        try (SoftmaxDrift drift = SoftmaxDrift.scalar(lab, Kind.NORMALISED, beta, n, n + 1, 1)) {
            return particleTime(drift, n, 0, 0.5, step);
        }
    }

    private void halfTimes() {
        int n = 32;
        double[][] betas = {{1, 1.820}, {4, 3.432}, {7, 28.506}};
        for (double[] one : betas) {
            lab.progress().doing("time to gather, β %.0f".formatted(one[0]));
            double measured = softmaxTime(n, one[0], 0.05);
            String what = "time to cosine ½ from right angles, softmax, 32 tokens, β %.0f".formatted(one[0]);
            checks.add(what, within(0.01, one[1]), measured, DERIVED);
            checks.add(
                    what + ": particles less closed form in Ei and E1, relative",
                    near(0, 1e-5),
                    measured / Equiangular.softmaxTime(n, one[0], 0, 0.5) - 1,
                    DERIVED);
            checks.add(
                    what + ": the closed form less ∫ dρ/ρ', relative",
                    near(0, 1e-9),
                    Equiangular.softmaxTime(n, one[0], 0, 0.5) / new Equiangular(n, one[0], true, 1).time(0, 0.5) - 1,
                    DERIVED);
        }
    }

    private void uniformHalfTimes() {
        for (int n : lab.quick() ? new int[] {8, 64} : new int[] {8, 64, 512}) {
            lab.progress().doing("time to gather, %d tokens".formatted(n));
            checks.add(
                    "time to cosine ½ from right angles is ½ ln(n+1) at β 0, n = %d".formatted(n),
                    within(0.01, Equiangular.uniformHalfTime(n)),
                    softmaxTime(n, 0, n < 100 ? 0.05 : 0.25),
                    DERIVED);
        }
    }

    private void relu() {
        double from = 1 / 32.0;
        double measured = particleTime(new ReluDrift(), N, from, 0.9, 0.02);
        String what = "ReLU scores, 16 tokens, cosine 1/32 to 0.9: time";
        checks.add(what, within(0.01, 10.85), measured, DERIVED);
        checks.add(
                what + " of particles less closed form, relative",
                near(0, 1e-6),
                measured / Equiangular.reluTime(N, from, 0.9) - 1,
                DERIVED);
    }

    private void inFloat() {
        Matrix tokens = Sphere.random(new Random(8), N, DIMS);
        checks.add(
                "largest difference of a pull in float to that in double, 16 random tokens of 24 dims, β 4",
                told(),
                InFloat.of(
                                lab,
                                Head.spec(DIMS, spec -> spec.softmaxScale(4)),
                                tokens,
                                tokens,
                                tokens,
                                tokens,
                                UnaryOperator.identity())
                        .output(),
                DERIVED);
    }

    /// Derived here; the paper's own critical β was not to be had.
    private void fastest() {
        Matrix tokens = Sphere.orthonormal(new Random(4), N, DIMS);
        double peak = Search.peak(mu -> startRate(tokens, mu), 0.5, 8, 1e-7);
        checks.add(
                "a normalised head moves 16 tokens at right angles fastest at βμ = 1 + W0((n-1)/e), by particles",
                near(Equiangular.fastest(N), 1e-5),
                peak,
                DERIVED);
        checks.add("1 + W0((n-1)/e), n = 16", near(2.3835, 1e-4), Equiangular.fastest(N), DERIVED);
        checks.add("1 + W0((n-1)/e), n = 1024", near(5.4399, 1e-4), Equiangular.fastest(1024), DERIVED);
    }

    private double startRate(Matrix tokens, double mu) {
        try (SoftmaxDrift drift = SoftmaxDrift.scalar(lab, Kind.NORMALISED, 1, N, DIMS, mu)) {
            Matrix velocity = new Flow(drift).velocity(tokens);
            return velocity.dot(0, tokens, 1) + velocity.dot(1, tokens, 0);
        }
    }

    private Chart times() {
        double[] n =
                IntStream.rangeClosed(3, 14).mapToDouble(k -> Math.pow(2, k)).toArray();
        double[] softmax = each(n, count -> Equiangular.softmaxTime(count, 1, 0, 0.5));
        double[] drive = each(n, count -> Equiangular.constantDriveTime(count, 1, 0.5));
        double[] relu = each(n, count -> Equiangular.reluTime(count, 0.5 / count, 0.5));
        double[] logs = Arrays.stream(n).map(Math::log).toArray();
        checks.add(
                "softmax takes time of order n: slope of ln time to cosine ½ over ln n, n 8 to 16384, β 1",
                near(1, 0.1),
                Line.through(logs, Arrays.stream(softmax).map(Math::log).toArray())
                        .slope(),
                Source.paperUnseen("that is the linearised time; the true one is some ½ ln n"));
        checks.add(
                "the same slope of the linearised time, under the constant drive 2/(e^β+n-1)",
                near(1, 0.1),
                Line.through(logs, Arrays.stream(drive).map(Math::log).toArray())
                        .slope(),
                DERIVED);
        return new Chart(
                        "Time to a cosine of ½ over the number of tokens",
                        "The linearised time grows like n, the true time of softmax like ½ ln n. ReLU scores, here from "
                                + "cosine 1/(2n), do take time of order n.",
                        Axis.log("tokens n"),
                        Axis.log("time t"))
                .line("softmax, β 1", n, softmax)
                .dashes("½ ln(n+1), β 0", n, each(n, Equiangular::uniformHalfTime))
                .dashes("softmax, linearised at right angles", n, drive)
                .line("ReLU scores", n, relu);
    }

    private static double[] each(double[] n, IntToDoubleFunction time) {
        return Arrays.stream(n).map(count -> time.applyAsDouble((int) count)).toArray();
    }
}
