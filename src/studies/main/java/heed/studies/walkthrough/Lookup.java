package heed.studies.walkthrough;

import static heed.studies.claim.Expectation.near;

import heed.attention.AttentionSpec;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.head.Head;
import heed.studies.math.Matrix;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import java.util.List;
import java.util.stream.IntStream;

/// Attention as looking up: one key matches the query, the others have nothing to do with it.
///
/// With score β for the match and 0 for the others, the match gets `1 / (1 + (n-1) e^(-β))`.
final class Lookup {
    private Lookup() {}

    static void check(Lab lab, Checks checks) {
        Source source = Source.exact("1 / (1 + (n-1) e^-β)");
        checks.add("weight of the matching key among 1024, β = 10", near(0.9556, 1e-4), weight(lab, 1024, 10), source);
        checks.add(
                "weight of the matching key among 2^20, β = ln(n-1) + ln 99 = 18.46: the log n price of 0.99",
                near(0.99, 1e-3),
                weight(lab, 1 << 20, 18.46),
                source);
    }

    /// By Heed: keys `[0, 1]` and one `[1, 0]`, the query `[1, 0]`, β the softmax scale; the match alone has value 1.
    static double weight(Lab lab, int n, double beta) {
        Matrix key = Matrix.zeros(n, 2);
        for (int j = 0; j < n; j++) {
            key.set(j, 1, 1);
        }
        int match = n / 2;
        key.set(match, 0, 1);
        key.set(match, 1, 0);
        Matrix value = Matrix.zeros(n, 1);
        value.set(match, 0, 1);
        AttentionSpec spec = Head.spec(2, more -> more.softmaxScale(beta).valueDim(1));
        try (Head head = new Head(lab, spec, 1, n)) {
            return head.run(Matrix.of(1, 2, 1, 0), key, value).output().get(0, 0);
        }
    }

    /// The closed form.
    static double formula(double n, double beta) {
        return 1 / (1 + (n - 1) * Math.exp(-beta));
    }

    static Figure chart(Lab lab) {
        double[] measured =
                IntStream.rangeClosed(1, 8).mapToDouble(p -> Math.pow(4, p)).toArray();
        double[] smooth = IntStream.rangeClosed(4, 64)
                .mapToDouble(p -> Math.pow(2, p / 4.0))
                .toArray();
        Chart chart = new Chart(
                "Weight of the one key that matches",
                "Points by Heed, dashes by the formula. With a fixed score β the match drowns when keys become many: to keep its "
                        + "weight, β has to grow with ln n.",
                Axis.log("keys n"),
                Axis.linear("weight of the match").range(0, 1));
        for (double beta : List.of(2.0, 5.0, 10.0, 15.0)) {
            double[] weights = IntStream.range(0, measured.length)
                    .mapToDouble(k -> weight(lab, (int) measured[k], beta))
                    .toArray();
            double[] line = IntStream.range(0, smooth.length)
                    .mapToDouble(k -> formula(smooth[k], beta))
                    .toArray();
            chart.dots("β = %.0f".formatted(beta), measured, weights).theory("", smooth, line);
        }
        return chart;
    }
}
