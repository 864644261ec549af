package heed.studies.sink;

import static heed.studies.claim.Expectation.atLeast;
import static heed.studies.claim.Expectation.atMost;
import static heed.studies.claim.Expectation.between;
import static heed.studies.claim.Expectation.near;
import static heed.studies.claim.Expectation.told;
import static heed.studies.claim.Expectation.within;

import heed.studies.claim.Checks;
import heed.studies.claim.Source;
import heed.studies.head.InFloat;
import heed.studies.math.Line;
import java.util.stream.IntStream;

/// What is asked of the parts.
final class SinkChecks {
    private static final String SIZES = ", batch 64, n 256, value dim 64";
    private static final Source AGGREGATION = Source.derived("Var(o_i) / Var(v) = Σ p²");

    private final Checks checks;

    SinkChecks(Checks checks) {
        this.checks = checks;
    }

    void uniform(Aggregation uniform) {
        checks.add(
                "uniform causal attention: slope of ln Var(o_i) over ln(i + 1), i ≥ 16" + SIZES,
                between(-1.03, -0.97),
                slope(uniform.variance()),
                AGGREGATION);
        checks.add(
                "uniform causal attention: variance at position 255 is 1/256" + SIZES,
                within(0.05, 1.0 / 256),
                uniform.variance()[255],
                AGGREGATION);
    }

    void gaussian(Aggregation gaussian) {
        checks.add(
                "scores N(0, 1): slope of ln Var(o_i) over ln(i + 1), i ≥ 16" + SIZES,
                near(-0.93, 0.04),
                slope(gaussian.variance()),
                AGGREGATION);
        checks.add(
                "scores N(0, 1): 256 times the variance at position 255, whose limit is e" + SIZES,
                near(2.5, 0.2),
                256 * gaussian.variance()[255],
                AGGREGATION);
        checks.add(
                "scores N(0, 1): correlation over positions of the variance with the mean Σ p²",
                atLeast(0.995),
                correlation(gaussian.variance(), gaussian.squares()),
                AGGREGATION);
    }

    void alone(Aggregation alone) {
        Source source = Source.derived("mask edit A");
        double[] variance = alone.variance();
        checks.add(
                "row 10 sees itself alone: its variance over that of row 0" + SIZES,
                between(0.9, 1.1),
                variance[10] / variance[0],
                source);
        checks.add("row 10 sees itself alone: variance of row 9", atMost(0.12), variance[9], source);
        checks.add("row 10 sees itself alone: variance of row 11", atMost(0.12), variance[11], source);
    }

    static double slope(double[] variance) {
        double[] x = IntStream.range(16, variance.length)
                .mapToDouble(i -> Math.log(i + 1))
                .toArray();
        double[] y = IntStream.range(16, variance.length)
                .mapToDouble(i -> Math.log(variance[i]))
                .toArray();
        return Line.through(x, y).slope();
    }

    /// The geometric mean of the slopes of each over the other.
    static double correlation(double[] x, double[] y) {
        double slope = Line.through(x, y).slope();
        return Math.signum(slope) * Math.sqrt(slope * Line.through(y, x).slope());
    }

    void headNorm(HeadNorm.Discrepancy discrepancy, double gradientError) {
        checks.add(
                "mean square of outputs at position 0 over that at 255, before the head-wise RMSNorm, n 256",
                within(0.2, 256),
                discrepancy.before(),
                AGGREGATION);
        checks.add(
                "mean square of outputs at position 0 over that at 255, after it",
                near(1, 1e-5),
                discrepancy.after(),
                Source.exact("head-wise RMSNorm"));
        checks.add(
                "gradients of query, key, value and λ through head-wise RMSNorm and attention, relative error",
                atMost(1e-6),
                gradientError,
                Source.exact("central differences"));
    }

    void dominance(Dominance hundred, Dominance reported, Dominance thousand) {
        Source source = Source.derived("A / (.798 + A/d), A / √(A² + d - 1)");
        checks.add("channel of 100 in N(0, 1), d 4096: max over mean", near(121.8, 1.5), hundred.ratio(), source);
        checks.add("channel of 100 in N(0, 1), d 4096: cosine with it", near(0.842, 0.005), hundred.cosine(), source);
        checks.add("channel of 1000 in N(0, 1), d 4096: max over mean", near(957.9, 5), thousand.ratio(), source);
        checks.add("channel of 1000 in N(0, 1), d 4096: cosine with it", near(0.998, 0.005), thousand.cosine(), source);
        checks.add(
                "channel of 224 in N(0, 1), d 4096: max over mean is what the paper is said to find after layer 2",
                near(262.88, 3),
                reported.ratio(),
                source);
        checks.add("channel of 224 in N(0, 1), d 4096: cosine with it", near(0.962, 0.005), reported.cosine(), source);
        checks.add(
                "then the key is row c of W_K whatever the content: cosine, key dim 64 (threshold ours)",
                atLeast(0.9),
                reported.keyCosine(),
                Source.paperUnseen("k_0 ≈ ±√d (W_K)_c"));
    }

    void sinkScore(double alpha) {
        checks.add(
                "a score of 8 among 256 keys with scores N(0, 1): its mean weight is 1 / (1 + 255 e^(1/2 - 8))",
                near(0.876, 0.005),
                alpha,
                Source.derived("sink logit"));
    }

    void inFloat(InFloat single) {
        Source source = Source.exact("rounding");
        checks.add(
                "the causal head with scores N(0, 1) in float: largest difference of an output",
                told(),
                single.output(),
                source);
        checks.add("the same in float: largest difference of a gradient", told(), single.gradients(), source);
    }

    void chain(Chain chain) {
        String sizes = ", n 64, batch 64, position 10";
        double[] variance = chain.variance();
        double[] scale = chain.scale();
        checks.add(
                "planted chain: α over λ 1, 1.5, 2, 3, 4 rises with μ + λ(o - μ), least step (threshold ours)" + sizes,
                atLeast(0.005),
                IntStream.range(1, variance.length)
                        .mapToDouble(n -> variance[n] - variance[n - 1])
                        .min()
                        .orElseThrow(),
                Source.derived("variance amplification B"));
        checks.add(
                "negative control, λ o: α does not change, largest difference" + sizes,
                atMost(1e-4),
                IntStream.range(1, scale.length)
                        .mapToDouble(n -> Math.abs(scale[n] - scale[0]))
                        .max()
                        .orElseThrow(),
                Source.derived("the norm takes λ away"));
        checks.add(
                "planted chain: α of position 10 if it sees itself alone, over α without (threshold ours)",
                atLeast(2),
                chain.alone()[Chain.POSITION] / chain.plain()[Chain.POSITION],
                Source.paper("a mask edit makes a sink anywhere"));
        checks.add(
                "planted chain: α of position 0 over that of uniform attention (threshold ours)",
                atLeast(2),
                chain.plain()[0] / Chain.uniform(0),
                Source.paper("value aggregation ends in a sink"));
    }

    void trained(TriggerModel.Outcome plain, TriggerModel.Outcome withSink, TriggerModel.Outcome fromZero) {
        Source source = Source.related("2603.11487, softmax must sink; threshold ours");
        checks.add(
                "trained on the trigger task: mean weight of the first token in rows without trigger, d 32, n 16, 3000 steps",
                atLeast(0.9),
                plain.first(),
                source);
        checks.add(
                "trained with a sink logit that starts at %s: the same weight".formatted((int) TriggerModel.START),
                atMost(0.2),
                withSink.first(),
                Source.derived("a learned sink takes its place"));
        checks.add(
                "trained with a sink logit: mean squared error over that without",
                atMost(2),
                withSink.error() / plain.error(),
                Source.derived("a learned sink takes its place"));
        checks.add(
                "gradient of the sink logit in it, relative error",
                atMost(1e-6),
                withSink.gradientError(),
                Source.exact("central differences"));
        checks.add(
                "trained with a sink logit that starts at 0: weight of the first token in rows without trigger",
                told(),
                fromZero.first(),
                Source.derived("either sink will do"));
        checks.add("the same, weight of the sink", told(), fromZero.missing(), Source.derived("either sink will do"));
        checks.add(
                "the sink logit that started at %s, after training".formatted((int) TriggerModel.START),
                told(),
                withSink.logit(),
                Source.derived("either sink will do"));
        checks.add(
                "without sink logit: mean squared error",
                told(),
                plain.error(),
                Source.derived("sequences not trained on"));
    }

    void relu(TriggerModel.Outcome relu) {
        checks.add(
                "trained with scores above 0 instead of softmax: weight of the first token in rows without trigger",
                atMost(0.2),
                relu.first(),
                Source.related("2603.11487, ReLU need not sink; threshold ours"));
        checks.add(
                "trained with scores above 0: sum of all weights in rows without trigger",
                told(),
                1 - relu.missing(),
                Source.derived("weights may all be 0"));
        checks.add(
                "trained with scores above 0: mean squared error",
                told(),
                relu.error(),
                Source.derived("sequences not trained on"));
    }
}
