package heed.studies.flow;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.exactly;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;

import heed.studies.claim.Checks;
import heed.studies.claim.Found;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.flow.SoftmaxDrift.Kind;
import heed.studies.flow.SoftmaxDrift.Weights;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// The energy `E = Σ_h Σ_ij e^(β⟨x_i,M_h x_j⟩)/(2βn²)` along the flow without denominators: of all heads
/// together it grows, that of one head may fall.
final class EnergyClaims {
    private static final int N = 24;
    private static final int DIMS = 8;
    private static final int HEADS = 4;
    private static final double BETA = 2;
    private static final int STARTS = 5;
    private static final int STEPS = 200;
    private static final double STEP = 0.01;

    /// A fall of less than this share of the energy is rounding.
    private static final double ROUNDING = 1e-12;

    private final Lab lab;
    private final Checks checks = new Checks(FlowStudy.NAME);

    EnergyClaims(Lab lab) {
        this.lab = lab;
    }

    /// Energies along a run.
    ///
    /// @param heads `[step][head]`
    /// @param aligned `[step][head]`: whether every token's pull by the head points along its velocity
    private record Run(double[][] heads, boolean[][] aligned) {
        private double total(int step) {
            return Arrays.stream(heads[step]).sum();
        }

        private long falls() {
            return IntStream.range(1, heads.length)
                    .filter(n -> falls(total(n - 1), total(n)))
                    .count();
        }

        private long headFalls() {
            return headSteps().filter(k -> falls(k / HEADS, k % HEADS)).count();
        }

        private long alignedSteps() {
            return headSteps().filter(k -> aligned(k / HEADS, k % HEADS)).count();
        }

        private long alignedFalls() {
            return headSteps()
                    .filter(k -> aligned(k / HEADS, k % HEADS) && falls(k / HEADS, k % HEADS))
                    .count();
        }

        private IntStream headSteps() {
            return IntStream.range(HEADS, heads.length * HEADS);
        }

        private boolean aligned(int step, int head) {
            return aligned[step - 1][head] && aligned[step][head];
        }

        private boolean falls(int step, int head) {
            return falls(heads[step - 1][head], heads[step][head]);
        }

        private static boolean falls(double before, double after) {
            return after < before * (1 - ROUNDING);
        }
    }

    Found find() {
        List<Run> symmetric = new ArrayList<>();
        List<Run> skewed = new ArrayList<>();
        for (int start = 0; start < STARTS; start++) {
            lab.progress().doing("energy, start %d of %d".formatted(start + 1, STARTS));
            symmetric.add(run(start, true));
            skewed.add(run(start, false));
        }
        String sizes = "24 tokens of 8 dims, 4 heads, β 2, 5 starts of 200 steps of 0.01";
        checks.add(
                "heads together: steps in which the energy falls, symmetric M_h; " + sizes,
                exactly(0),
                symmetric.stream().mapToLong(Run::falls).sum(),
                Source.exact("dE/dt = Σ|ẋ|²/n; the paper has it non-decreasing under conditions"));
        checks.add(
                "negative control: of 1000 steps those in which the energy falls, M_h not symmetric",
                atLeast(1),
                skewed.stream().mapToLong(Run::falls).sum(),
                Source.derived(""));
        checks.add(
                "negative control: of 4000 steps of one head those in which its own energy falls",
                atLeast(1),
                symmetric.stream().mapToLong(Run::headFalls).sum(),
                Source.derived("the paper: the radial shadow obstructs it"));
        checks.add(
                "of 4000 steps of one head those with ⟨P f_i^g, P F_i⟩ ≥ 0 for all tokens, a sufficient condition",
                told(),
                symmetric.stream().mapToLong(Run::alignedSteps).sum(),
                Source.derived("the paper's condition was not to be had"));
        checks.add(
                "of these, those in which the head's energy falls",
                exactly(0),
                symmetric.stream().mapToLong(Run::alignedFalls).sum(),
                Source.derived(""));
        rates();
        return new Found(checks.list(), section(symmetric.getFirst()));
    }

    private static SoftmaxDrift drift(Lab lab, Random random, boolean symmetric) {
        List<Weights> weights = new ArrayList<>();
        for (int h = 0; h < HEADS; h++) {
            Matrix matrix = Matrix.gaussian(random, DIMS, DIMS, 1 / Math.sqrt(DIMS));
            weights.add(Weights.same(
                    symmetric ? matrix.copy().add(1, matrix.transposed()).scale(0.5) : matrix));
        }
        return new SoftmaxDrift(lab, Kind.UNNORMALISED, BETA, N, DIMS, weights);
    }

    private Run run(long seed, boolean symmetric) {
        Random random = new Random(seed);
        try (SoftmaxDrift drift = drift(lab, random, symmetric)) {
            Flow flow = new Flow(drift);
            Matrix tokens = Sphere.random(random, N, DIMS);
            double[][] heads = new double[STEPS + 1][];
            boolean[][] aligned = new boolean[STEPS + 1][];
            for (int n = 0; n <= STEPS; n++) {
                lab.stopIfInterrupted();
                heads[n] = drift.energies(tokens);
                aligned[n] = aligned(drift, tokens);
                tokens = flow.step(tokens, STEP);
            }
            return new Run(heads, aligned);
        }
    }

    private static boolean[] aligned(SoftmaxDrift drift, Matrix tokens) {
        List<Matrix> pulls = drift.pulls(tokens);
        Matrix velocity = Sphere.project(tokens, SoftmaxDrift.sum(pulls));
        boolean[] aligned = new boolean[HEADS];
        for (int h = 0; h < HEADS; h++) {
            // The velocity is at right angles to the token, so that the pull need not be projected.
            Matrix pull = pulls.get(h);
            aligned[h] = IntStream.range(0, N).allMatch(i -> pull.dot(i, velocity, i) >= 0);
        }
        return aligned;
    }

    /// Rates by central differences of step h: off by h²/6 of the third derivative, with rates of some tens
    /// 1e-7.
    private void rates() {
        double h = 1e-5;
        double worstTotal = 1;
        double worstHead = 0;
        for (int start = 0; start < STARTS; start++) {
            Random random = new Random(start);
            try (SoftmaxDrift drift = drift(lab, random, true)) {
                Flow flow = new Flow(drift);
                Matrix tokens = Sphere.random(random, N, DIMS);
                double[] after = drift.energies(flow.step(tokens, h));
                double[] before = drift.energies(flow.step(tokens, -h));
                double[] formula = headRates(drift, tokens);
                Matrix velocity = flow.velocity(tokens);
                double total =
                        (Arrays.stream(after).sum() - Arrays.stream(before).sum()) / (2 * h);
                double ratio = total / (velocity.norm() * velocity.norm() / N);
                // No number stays none: a comparison would let it go.
                worstTotal = Math.abs(ratio - 1) < Math.abs(worstTotal - 1) ? worstTotal : ratio;
                for (int g = 0; g < HEADS; g++) {
                    worstHead = Math.max(worstHead, Math.abs((after[g] - before[g]) / (2 * h) - formula[g]) / total);
                }
            }
        }
        checks.add(
                "heads together: dE/dt over Σ|ẋ|²/n, by differences, the worst of 5 starts",
                near(1, 1e-2),
                worstTotal,
                Source.exact(""));
        checks.add(
                "one head: dE_g/dt is [Σ ⟨f_i^g,F_i⟩ - Σ r_i^g R_i]/n³, largest error, relative to dE/dt",
                atMost(1e-6),
                worstHead,
                Source.exact("against central differences"));
        checks.add(
                "one normalised head: dE/dt over Σ Z_i|ẋ_i|²/n², by differences",
                near(1, 1e-2),
                normalised(h),
                Source.exact(""));
    }

    /// `[Σ_i ⟨f_i^g,F_i⟩ − Σ_i r_i^g R_i]/n³`, F the sum of all heads' f, `r_i^g = ⟨x_i,f_i^g⟩`, R their sum.
    private static double[] headRates(SoftmaxDrift drift, Matrix tokens) {
        List<Matrix> pulls = drift.pulls(tokens);
        Matrix sum = SoftmaxDrift.sum(pulls);
        return pulls.stream()
                .mapToDouble(pull -> IntStream.range(0, N)
                                .mapToDouble(i -> pull.dot(i, sum, i) - tokens.dot(i, pull, i) * tokens.dot(i, sum, i))
                                .sum()
                        / N)
                .toArray();
    }

    private double normalised(double h) {
        Random random = new Random(9);
        Matrix matrix = Matrix.gaussian(random, DIMS, DIMS, 1 / Math.sqrt(DIMS));
        Weights weights = Weights.same(matrix.copy().add(1, matrix.transposed()).scale(0.5));
        try (SoftmaxDrift drift = new SoftmaxDrift(lab, Kind.NORMALISED, BETA, N, DIMS, List.of(weights))) {
            Flow flow = new Flow(drift);
            Matrix tokens = Sphere.random(random, N, DIMS);
            double slope =
                    (drift.energies(flow.step(tokens, h))[0] - drift.energies(flow.step(tokens, -h))[0]) / (2 * h);
            Matrix velocity = flow.velocity(tokens);
            double[] logSumExp = drift.passes(tokens).getFirst().logSumExp();
            double expected = IntStream.range(0, N)
                            .mapToDouble(i -> Math.exp(logSumExp[i]) * velocity.dot(i, velocity, i))
                            .sum()
                    / (N * N);
            return slope / expected;
        }
    }

    private static Section section(Run run) {
        double[] t = IntStream.rangeClosed(0, STEPS).mapToDouble(n -> n * STEP).toArray();
        Chart total = new Chart(
                "Energy of all heads",
                "It never falls: all heads together climb it.",
                Axis.linear("time t"),
                Axis.linear("energy E"));
        total.line(
                "all heads",
                t,
                IntStream.rangeClosed(0, STEPS).mapToDouble(run::total).toArray());
        Chart heads = new Chart(
                "Energy of each head, as a share of its first",
                "A single head's energy may fall: the others move tokens where this head would not.",
                Axis.linear("time t"),
                Axis.linear("E_h over its first value"));
        for (int h = 0; h < HEADS; h++) {
            int head = h;
            heads.line(
                    "head " + (h + 1),
                    t,
                    Arrays.stream(run.heads)
                            .mapToDouble(one -> one[head] / run.heads[0][head])
                            .toArray());
        }
        return Section.of(
                "All heads climb one energy, a single head need not",
                "Every pair of tokens adds e^(β⟨x_i, M_h x_j⟩) to the energy of head h. With symmetric M_h, used for "
                        + "scores and values alike, and without the softmax's denominators, the flow is the steepest "
                        + "ascent of the heads' total. What a head gains is the product of its own pull with that of all, "
                        + "less the part along the token, which the sphere takes away: the radial shadow.",
                total,
                heads);
    }
}
