package heed.studies.flow;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.near;

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
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// The causal softmax flow: the first token never moves, and all come to it; on the way they gather around
/// others.
final class CausalClaims {
    private static final Source SOURCE = Source.related("arXiv 2411.04990");

    private final Lab lab;
    private final Checks checks = new Checks(FlowStudy.NAME);

    CausalClaims(Lab lab) {
        this.lab = lab;
    }

    Found find() {
        lab.progress().doing("causal flow");
        consensus();
        centres(64, 6.28, 0.3);
        centres(256, 12.57, 0.5);
        return new Found(checks.list(), section());
    }

    private void consensus() {
        int n = 32;
        int dims = 8;
        Random random = new Random(6);
        Weights weights = Weights.scored(Matrix.gaussian(random, dims, dims, 1));
        try (SoftmaxDrift drift = new SoftmaxDrift(lab, Kind.CAUSAL, 1, n, dims, List.of(weights))) {
            Matrix start = Sphere.random(random, n, dims);
            Matrix end = new Flow(drift).run(start, 0.05, 1000);
            checks.add(
                    "all tokens come to the first, any scores: largest 1 - ⟨x_k(50), x_1(0)⟩, 32 tokens of 8 dims, β 1, score matrix N(0, 1)",
                    atMost(1e-9),
                    IntStream.range(0, n)
                            .mapToDouble(k -> 1 - end.dot(k, start, 0))
                            .max()
                            .orElseThrow(),
                    SOURCE);
        }
    }

    private void centres(double beta, double expected, double tolerance) {
        int draws = 200;
        Random random = new Random(7);
        int count = 0;
        for (int draw = 0; draw < draws; draw++) {
            count += Renyi.centres(angles(random, 400), Renyi.reach(beta)).size();
        }
        checks.add(
                "strong Rényi centres on the circle are π/δ, δ = 4β^(-1/2): mean of 200 draws of 400 tokens, β %.0f"
                        .formatted(beta),
                near(expected, tolerance),
                (double) count / draws,
                SOURCE);
    }

    private static double[] angles(Random random, int n) {
        return random.doubles(n, -Math.PI, Math.PI).toArray();
    }

    /// 48 tokens on the circle; the angle of each over time.
    private Section section() {
        int n = 48;
        double beta = 64;
        int frames = 100;
        double[] first = angles(new Random(12), n);
        Matrix tokens = Matrix.zeros(n, 2);
        for (int i = 0; i < n; i++) {
            tokens.set(i, 0, Math.cos(first[i]));
            tokens.set(i, 1, Math.sin(first[i]));
        }
        double[] t = new double[frames + 1];
        double[][] angles = new double[n][frames + 1];
        try (SoftmaxDrift drift = SoftmaxDrift.scalar(lab, Kind.CAUSAL, beta, n, 2, 1)) {
            Flow flow = new Flow(drift);
            for (int frame = 0; frame <= frames; frame++) {
                t[frame] = frame * 0.2;
                for (int i = 0; i < n; i++) {
                    angles[i][frame] = angle(tokens, i, frame == 0 ? first[i] : angles[i][frame - 1]);
                }
                tokens = flow.run(tokens, 0.05, 4);
            }
        }
        return section(t, angles, Renyi.centres(first, Renyi.reach(beta)));
    }

    /// The angle of token i, or none where it has just passed ±π, so that no line is drawn across.
    private static double angle(Matrix tokens, int i, double before) {
        double angle = Math.atan2(tokens.get(i, 1), tokens.get(i, 0));
        return Math.abs(angle - before) > Math.PI ? Double.NaN : angle;
    }

    private static Section section(double[] t, double[][] angles, List<Integer> centres) {
        Chart chart = new Chart(
                "Tokens on a circle, causal, β 64",
                "Angle of each of 48 tokens. Tokens farther than δ = ½ from all before them, the strong Rényi centres, "
                        + "hold still for long, and the others gather around centres; the first token never moves.",
                Axis.linear("time t"),
                Axis.linear("angle, radians").range(-Math.PI, Math.PI));
        int first = IntStream.range(0, angles.length)
                .filter(i -> !centres.contains(i))
                .findFirst()
                .orElseThrow();
        for (int i = 0; i < angles.length; i++) {
            if (!centres.contains(i)) {
                chart.path(i == first ? "other tokens" : "", 6, t, angles[i]);
            }
        }
        for (int centre : centres.subList(1, centres.size())) {
            chart.path(centre == centres.get(1) ? "strong Rényi centres" : "", 0, t, angles[centre]);
        }
        chart.path("the first token", 1, t, angles[0]);
        return Section.of(
                "In a causal flow the first token leads",
                "A token that sees only tokens before it is pulled by them and pulls none of them. The first therefore "
                        + "stays where it is, and in the end all come to it, whatever the scores. With a sharp softmax that "
                        + "takes very long: meanwhile tokens gather around the early ones that nobody before them reaches.",
                chart);
    }
}
