package heed.studies.identities;

import heed.attention.AttentionSpec;
import heed.studies.claim.Lab;
import heed.studies.head.Head;
import heed.studies.head.Head.Pass;
import heed.studies.page.Axis;
import heed.studies.page.Chart;
import heed.studies.page.Figure;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Row entropies computed both ways, and what the way without the matrix saves.
final class EntropyFigures {
    /// Low enough to bend most scores.
    private static final double CAP = 1;

    private EntropyFigures() {}

    /// Each row a point: across by plain sums over the weights, upward without them.
    static Figure bothWays(Lab lab, Case data) {
        double[] sums = entropies(data.dense());
        double[] fused = fused(lab, data, UnaryOperator.identity());
        Dense capped = Dense.of(
                Dense.scores(data.beta(), data.query(), data.key(), score -> CAP * Math.tanh(score / CAP)),
                Double.NEGATIVE_INFINITY);
        double[] ends = {1, Math.log(Case.N)};
        return new Chart(
                        "Row entropy, computed both ways",
                        "On the diagonal both ways agree: all 37 rows do. With a softcap the identity does not hold, and the points "
                                + "leave the line.",
                        Axis.linear("-Σ p ln p, in nats"),
                        Axis.linear("L - β⟨q, m⟩, in nats"))
                .dots("as it is", sums, fused)
                .dots("under a softcap", entropies(capped), fused(lab, data, spec -> spec.softcap(CAP)))
                .dashes("equal", ends, ends);
    }

    private static double[] entropies(Dense dense) {
        return IntStream.range(0, Case.N).mapToDouble(dense::entropy).toArray();
    }

    private static double[] fused(Lab lab, Case data, UnaryOperator<AttentionSpec.Builder> more) {
        AttentionSpec spec = Head.spec(Case.D, one -> more.apply(one.softmaxScale(data.beta())));
        try (Head head = new Head(lab, spec, Case.N, Case.N)) {
            Pass pass = head.run(data.query(), data.key(), data.key());
            return IntStream.range(0, Case.N)
                    .mapToDouble(i ->
                            pass.logSumExp()[i] - data.beta() * data.query().dot(i, pass.output(), i))
                    .toArray();
        }
    }

    /// Bytes in double of a head 64 wide.
    static Figure memory() {
        double[] n = IntStream.rangeClosed(7, 17).mapToDouble(p -> 1L << p).toArray();
        return new Chart(
                        "What it saves",
                        "The weights of one head against its output and log-sum-exp, 64 wide, in double: at 131072 tokens 137 GB "
                                + "against 68 MB.",
                        Axis.log("tokens n"),
                        Axis.log("bytes"))
                .line("n × n weights", n, DoubleStream.of(n).map(k -> 8 * k * k).toArray())
                .line(
                        "output and log-sum-exp",
                        n,
                        DoubleStream.of(n).map(k -> 8 * k * 65).toArray());
    }
}
