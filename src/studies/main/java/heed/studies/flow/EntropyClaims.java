package heed.studies.flow;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.exactly;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;

import heed.attention.AttentionSpec;
import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.flow.SoftmaxDrift.Kind;
import heed.studies.head.Head;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Entropy of the attention weights along the softmax flow, `A = V = 1`.
final class EntropyClaims {
    private static final int N = 24;
    private static final int DIMS = 8;
    private static final double BETA = 3;
    private static final int STEPS = 800;
    private static final double STEP = 0.02;

    /// Sums of 24 terms of some units, each rounded by 2^-53 of its size, leave some 1e-15; a hundred times
    /// that and more is allowed.
    private static final double ROUNDING = 1e-12;

    private final Lab lab;
    private final Checks checks = new Checks(FlowStudy.NAME);

    EntropyClaims(Lab lab) {
        this.lab = lab;
    }

    /// Entropies of the rows along a run.
    private record Run(double[] mean, double[] least, double[] most) {
        private double smallestRise() {
            return IntStream.rangeClosed(1, STEPS)
                    .mapToDouble(n -> mean[n] - mean[n - 1])
                    .min()
                    .orElseThrow();
        }

        private boolean falls() {
            return smallestRise() < -ROUNDING;
        }

        private boolean ends() {
            return Math.abs(mean[STEPS] - Math.log(N)) <= ROUNDING;
        }
    }

    Found find() {
        int starts = lab.quick() ? 8 : 24;
        List<Run> runs = new ArrayList<>();
        try (SoftmaxDrift drift = SoftmaxDrift.scalar(lab, Kind.NORMALISED, BETA, N, DIMS, 1)) {
            production(drift);
            for (int start = 0; start < starts; start++) {
                lab.progress().doing("entropy, start %d of %d".formatted(start + 1, starts));
                runs.add(run(drift, start));
            }
        }
        checks.add(
                "mean entropy of a row rises: smallest rise in a step, 24 random tokens of 8 dims, β 3, 800 steps of 0.02",
                atLeast(-ROUNDING),
                runs.getFirst().smallestRise(),
                Source.paper("abstract: entropy rises"));
        checks.add(
                "mean entropy at the end is ln n, one cluster, from the first of the starts below",
                near(Math.log(N), ROUNDING),
                runs.getFirst().mean[STEPS],
                Source.derived(""));
        checks.add(
                "the same from other random tokens: of %d starts those whose mean entropy falls in a step"
                        .formatted(starts),
                exactly(0),
                runs.stream().filter(Run::falls).count(),
                Source.paper("abstract: entropy rises"));
        checks.add(
                "of %d starts those that are one cluster by t = 16".formatted(starts),
                told(),
                runs.stream().filter(Run::ends).count(),
                Source.derived("others rest in two for longer"));
        return new Found(checks.list(), section(runs));
    }

    private static Matrix tokens(long start) {
        return Sphere.random(new Random(start), N, DIMS);
    }

    private Run run(SoftmaxDrift drift, long start) {
        Run run = new Run(new double[STEPS + 1], new double[STEPS + 1], new double[STEPS + 1]);
        Flow flow = new Flow(drift);
        Matrix tokens = tokens(start);
        for (int n = 0; n <= STEPS; n++) {
            lab.stopIfInterrupted();
            var rows = Arrays.stream(drift.entropies(tokens)).summaryStatistics();
            run.mean[n] = rows.getAverage();
            run.least[n] = rows.getMin();
            run.most[n] = rows.getMax();
            tokens = flow.step(tokens, STEP);
        }
        return run;
    }

    /// `dH_i/dt = −Cov(s_ij, ds_ij/dt)` over j of p_i, against central differences of H: of step 1e-4,
    /// which leave some 1e-8 of the third derivative.
    private void production(SoftmaxDrift drift) {
        double h = 1e-4;
        Flow flow = new Flow(drift);
        Matrix tokens = tokens(0);
        double[] formula = production(tokens, flow.velocity(tokens));
        double[] after = drift.entropies(flow.step(tokens, h));
        double[] before = drift.entropies(flow.step(tokens, -h));
        double worst = IntStream.range(0, N)
                .mapToDouble(i -> Math.abs((after[i] - before[i]) / (2 * h) - formula[i]))
                .max()
                .orElseThrow();
        checks.add(
                "entropy of row i rises at -Cov(s_ij, ds_ij/dt): largest error of 24 rows, by differences",
                atMost(1e-5),
                worst,
                Source.exact(""));
        checks.add(
                "rows of 24 whose own entropy falls at the start",
                told(),
                Arrays.stream(formula).filter(rate -> rate < 0).count(),
                Source.derived("the mean rises, a row need not"));
    }

    /// With `s = β⟨x_i,x_j⟩` and `ds/dt = β(⟨ẋ_i,x_j⟩ + ⟨x_i,ẋ_j⟩)` the covariance is made of means over j
    /// of x_j, ẋ_j and the products of their elements: outputs of one run whose values are these.
    private double[] production(Matrix tokens, Matrix velocity) {
        int width = 2 * DIMS + 2 * DIMS * DIMS;
        Matrix value = Matrix.zeros(N, width);
        for (int j = 0; j < N; j++) {
            System.arraycopy(
                    features(tokens.row(j), tokens.row(j), velocity.row(j)), 0, value.elements(), value.at(j), width);
        }
        AttentionSpec spec = Head.spec(DIMS, one -> one.softmaxScale(BETA).valueDim(width));
        try (Head head = new Head(lab, spec, N, N)) {
            Matrix means = head.run(tokens, tokens, value).output();
            return IntStream.range(0, N)
                    .mapToDouble(i -> -covariance(tokens.row(i), velocity.row(i), means.row(i)))
                    .toArray();
        }
    }

    /// `x, ẋ`, then all `a_k x_l`, then all `a_k ẋ_l`.
    private static double[] features(double[] a, double[] x, double[] velocity) {
        double[] features = new double[2 * DIMS + 2 * DIMS * DIMS];
        System.arraycopy(x, 0, features, 0, DIMS);
        System.arraycopy(velocity, 0, features, DIMS, DIMS);
        for (int k = 0; k < DIMS; k++) {
            for (int l = 0; l < DIMS; l++) {
                features[2 * DIMS + k * DIMS + l] = a[k] * x[l];
                features[2 * DIMS + DIMS * DIMS + k * DIMS + l] = a[k] * velocity[l];
            }
        }
        return features;
    }

    private static double covariance(double[] x, double[] velocity, double[] means) {
        double score = 0;
        double change = 0;
        double product = 0;
        for (int k = 0; k < DIMS; k++) {
            score += x[k] * means[k];
            change += velocity[k] * means[k] + x[k] * means[DIMS + k];
            for (int l = 0; l < DIMS; l++) {
                product += x[k] * velocity[l] * means[2 * DIMS + k * DIMS + l];
                product += x[k] * x[l] * means[2 * DIMS + DIMS * DIMS + k * DIMS + l];
            }
        }
        return BETA * BETA * (product - score * change);
    }

    private static Section section(List<Run> runs) {
        double[] t = IntStream.rangeClosed(0, STEPS).mapToDouble(n -> n * STEP).toArray();
        double[] limit = t.clone();
        Arrays.fill(limit, Math.log(N));
        Run first = runs.getFirst();
        Chart rows = new Chart(
                        "Entropy of the rows of one start over time",
                        "Random tokens first read few others, then all.",
                        Axis.linear("time t"),
                        Axis.linear("entropy H, nats"))
                .line("mean", t, first.mean)
                .line("lowest row", t, first.least)
                .line("highest row", t, first.most)
                .dashes("ln n", t, limit);
        Chart starts = new Chart(
                "Mean entropy of 8 starts",
                "Some starts rest in two clusters for long, and in some of them the mean falls a little before it goes on "
                        + "to rise: their lines are coloured.",
                Axis.linear("time t"),
                Axis.linear("mean entropy, nats"));
        for (boolean falls : new boolean[] {false, true}) {
            boolean named = false;
            for (Run run : runs.subList(0, 8)) {
                if (run.falls() == falls) {
                    starts.path(named ? "" : falls ? "falls in some step" : "never falls", falls ? 1 : 6, t, run.mean);
                    named = true;
                }
            }
        }
        return Section.of(
                "Entropy rises to ln n, mostly",
                "A row's entropy says how many tokens it reads, e^H of them. As tokens gather, scores become equal and "
                        + "each row reads all: H = ln n. On the way a single row may read fewer tokens for a while, and from "
                        + "some starts even the mean over all rows falls for a while.",
                rows,
                starts);
    }
}
