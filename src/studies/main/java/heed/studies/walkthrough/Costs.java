package heed.studies.walkthrough;

import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.between;
import static heed.studies.claim.Expectation.near;

import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The price of long context: what follows from counting, and what this machine says.
final class Costs {
    private static final int ROUNDS = 5;

    /// Outputs are means of values of N(0, 1), of products of 512 weights rounded to 24 bits.
    private static final double SINGLE = 1e-5;

    private Costs() {}

    /// Without times.
    static Section counted() {
        return new Section(HEADING, List.of(COUNTS, "Times were left out of this quick run."), List.of());
    }

    private static final String HEADING = "6. The price of long context";

    private static final String COUNTS = "Every token looks at every other, so twice the tokens are four times the "
            + "pairs. Per layer of width d, the four products with matrices take 8 n d² operations and attention 4 n² d, "
            + "half of it if tokens only look back: attention is the larger from n = 2d on (4d if they look back). "
            + "Written out, the scores of H heads are 4 H n² bytes in f32, which is 2 GiB for 8 heads and 8192 "
            + "tokens. A fused kernel never writes them out. Generating a token reads all keys and values so far, so "
            + "each token costs in proportion to those before it.";

    /// Measures, checks and tells.
    static Section measured(Lab lab, Checks checks) {
        try (LongContext context = new LongContext(lab)) {
            context.measure(ROUNDS);
            DecodeCost decode = DecodeCost.measure(lab);
            check(checks, context, decode);
            return section(context, decode);
        }
    }

    private static void check(Checks checks, LongContext context, DecodeCost decode) {
        Source counted = Source.derived("counted; processor times of one run");
        int longest = LongContext.LONGEST;
        double[] n = LongContext.lengths(longest);
        double[] full = context.seconds("full", longest);
        String sizes = ", 8 heads of 64, n 512 to 8192";
        checks.add(
                "log-log slope of the time of attention over n" + sizes,
                between(1.8, 2.15),
                DecodeCost.slope(n, full),
                counted);
        checks.add(
                "log-log slope of the time of the projections" + sizes,
                between(0.9, 1.1),
                DecodeCost.slope(n, context.seconds("projections", longest)),
                counted);
        for (int k = 3; k < n.length; k++) {
            checks.add(
                    "time of causal over that of full attention in the same round, n %.0f".formatted(n[k]),
                    between(0.5, 0.65),
                    context.causalShare((int) n[k]),
                    counted);
        }
        checks.add(
                "log-log slope of the memory of a plan beside its tensors" + sizes,
                atMost(1.1),
                DecodeCost.slope(n, context.workspace()),
                Source.derived("no n × n"));
        checks.add(
                "log-log slope of what the scores of a head take, written out, n 512 to 2048",
                near(2, 1e-9),
                DecodeCost.slope(LongContext.lengths(LongContext.LONGEST_NAIVE), context.naiveBytes()),
                Source.exact(""));
        checks.add(
                "log-log slope of the time of one more token after n, n 4096 to 32768",
                between(0.85, 1.1),
                decode.slope(),
                counted);
        checks.add(
                "attention with scores written out against Heed's, n 512, f32, largest difference",
                atMost(SINGLE),
                context.naiveError(),
                Source.exact("the same function"));
    }

    private static Section section(LongContext context, DecodeCost decode) {
        int longest = LongContext.LONGEST;
        double[] n = LongContext.lengths(longest);
        double[] few = LongContext.lengths(LongContext.LONGEST_NAIVE);
        double[] full = context.seconds("full", longest);
        double[] projections = context.seconds("projections", longest);
        Chart time = new Chart(
                        "Time of a layer's parts",
                        "On both axes each step is a factor. Attention rises twice as steeply as the projections; by counting, "
                                + "it overtakes them at n = 2d = 1024. Writing the scores out costs more at every length.",
                        Axis.log("tokens n"),
                        Axis.log("seconds"))
                .line("attention", n, full)
                .line("causal attention", n, context.seconds("causal", longest))
                .line("projections", n, projections)
                .line("attention, scores written out", few, context.naiveSeconds());
        Chart memory = new Chart(
                        "Memory",
                        "Scores written out grow with n², what a fused kernel holds beside its tensors at most with n.",
                        Axis.log("tokens n"),
                        Axis.log("bytes"))
                .line("scores written out", n, context.scoreBytes())
                .line("keys and values of a layer", n, context.cacheBytes())
                .line("held by the fused kernel", n, context.workspace());
        double[] lengths = DecodeCost.lengths();
        double[] tokens = Arrays.stream(decode.seconds()).map(s -> s * 1e3).toArray();
        Chart steps = new Chart(
                        "One more token",
                        "The time of attention for one query, in a layer: each token costs in proportion to those before it.",
                        Axis.linear("tokens before it").range(0, lengths[lengths.length - 1]),
                        Axis.linear("milliseconds").range(0, 1.1 * tokens[tokens.length - 1]))
                .dots("measured", lengths, tokens)
                .theory("in proportion", new double[] {0, lengths[3]}, new double[] {0, tokens[3]});
        return new Section(
                HEADING,
                List.of(
                        COUNTS,
                        String.format(
                                Locale.ROOT,
                                "Measured here, on one thread, medians of %d rounds: attention over 8192 tokens took %.2f s, "
                                        + "%.0f times as long as over 1024; the projections took %.2f s, %.1f times as long. "
                                        + "Times differ from machine to machine; the slopes should not.",
                                ROUNDS,
                                full[4],
                                full[4] / full[1],
                                projections[4],
                                projections[4] / projections[1])),
                List.of(time, memory, steps));
    }
}
