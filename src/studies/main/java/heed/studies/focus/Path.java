package heed.studies.focus;

import heed.studies.claim.Lab;
import heed.studies.math.Line;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// The flow from one start: Euler steps down the gradient, and what was seen at each.
///
/// @param chain that is learned
/// @param moments in their order
record Path(Chain chain, List<Moment> moments) {
    /// Length of an Euler step.
    static final double STEP = 0.1;

    /// Steps from one look to the next.
    private static final int LOOK = 5;

    /// Width of the model.
    static final int WIDTH = 8;

    /// From N(0, scale²) until `end`, learning from infinitely many sequences.
    static Path of(Lab lab, Chain chain, double scale, double end, long seed) {
        Random random = new Random(seed);
        try (Flow flow = new Flow(lab, chain, WIDTH)) {
            return of(lab, chain, Weights.gaussian(random, chain.tokens(), WIDTH, scale), end, flow, flow);
        }
    }

    /// The same, learning from sequences that are drawn; what is seen is still what infinitely many would show.
    static Path sampled(Lab lab, Chain chain, double scale, double end, long seed) {
        Random random = new Random(seed);
        Weights weights = Weights.gaussian(random, chain.tokens(), WIDTH, scale);
        try (Flow flow = new Flow(lab, chain, WIDTH);
                Sampled sampled = new Sampled(lab, chain, WIDTH, random)) {
            return of(lab, chain, weights, end, flow, sampled);
        }
    }

    private static Path of(Lab lab, Chain chain, Weights weights, double end, Flow seen, Descent descent) {
        List<Moment> moments = new ArrayList<>();
        long steps = Math.round(end / STEP);
        for (long n = 0; n <= steps; n++) {
            lab.stopIfInterrupted();
            if (n % LOOK == 0) {
                moments.add(Moment.of(n * STEP, chain, seen.at(weights), seen.attention(weights)));
            }
            weights.add(-STEP, descent.gradients(weights));
        }
        return new Path(chain, List.copyOf(moments));
    }

    /// The first moment for which `holds`; the last one if none.
    Moment first(Predicate<Moment> holds) {
        return moments.stream().filter(holds).findFirst().orElse(moments.getLast());
    }

    /// The end of condensation: `|W_0|` first passes 1.5.
    Moment condensed() {
        return first(one -> one.norm() > 1.5);
    }

    /// The moment of most attention to token 0.
    Moment focus() {
        return moments.stream().max(Comparator.comparingDouble(Moment::toFirst)).orElseThrow();
    }

    /// The moment of least attention to token 0 after the focus, until `end`.
    Moment diluted(double end) {
        return between(focus().time(), end)
                .min(Comparator.comparingDouble(Moment::toFirst))
                .orElseThrow();
    }

    /// Where a second direction grows in the embeddings: `σ_2/σ_1` first passes .1 after condensation.
    Moment asymmetric() {
        double condensed = condensed().time();
        return first(one -> one.time() > condensed && one.ratio() > 0.1);
    }

    /// Measured rate of condensation: slope of `ln |W_0|` while .003 < |W_0| < .2.
    double condensationRate() {
        return growth(one -> one.norm() > 0.003 && one.norm() < 0.2, Moment::norm);
    }

    /// Measured rate of focusing: growth of what of `W_Q` and `W_K` lies along α, while it is small.
    double focusRate() {
        return growth(Path::focuses, Moment::aligned);
    }

    /// The last moment in which [#focusRate] is measured.
    Moment focusing() {
        return moments.stream().filter(Path::focuses).reduce((_, last) -> last).orElseThrow();
    }

    private static boolean focuses(Moment one) {
        return one.norm() > 1.8 && one.aligned() < 0.05;
    }

    /// The moment of least entropy from one time to another.
    Moment lowestEntropy(double from, double to) {
        return between(from, to)
                .min(Comparator.comparingDouble(Moment::entropy))
                .orElseThrow();
    }

    /// The moment of most entropy from one time to another.
    Moment highestEntropy(double from, double to) {
        return between(from, to)
                .max(Comparator.comparingDouble(Moment::entropy))
                .orElseThrow();
    }

    private Stream<Moment> between(double from, double to) {
        return moments.stream().filter(one -> one.time() >= from && one.time() <= to);
    }

    /// The moment at `time`.
    Moment at(double time) {
        return moments.get((int) Math.round(time / (STEP * LOOK)));
    }

    /// Slope of `ln value` over time, where `window` holds.
    private double growth(Predicate<Moment> window, ToDoubleFunction<Moment> value) {
        List<Moment> seen = moments.stream().filter(window).toList();
        return Line.through(
                        seen.stream().mapToDouble(Moment::time).toArray(),
                        seen.stream()
                                .mapToDouble(one -> Math.log(value.applyAsDouble(one)))
                                .toArray())
                .slope();
    }
}
