package heed.studies.walkthrough;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.math.Line;
import java.util.Arrays;
import java.util.Random;

/// What one more token costs after n: a query over n keys and values.
///
/// The keys of a step are never those of the last, else short contexts would stay in the processor's cache and only
/// long ones be read from memory: steps go through twice the longest context, 256 MiB.
final class DecodeCost {
    static final int[] LENGTHS = {4096, 8192, 16384, 32768};
    private static final int LONGEST = 32768;
    private static final int KEYS = 2 * LONGEST;

    /// Steps of a turn of a length: medians of this many, as many keys at each length.
    private static final int TURNS = 5;

    private final double[] seconds;

    private DecodeCost(double[] seconds) {
        this.seconds = seconds;
    }

    /// Times it, all lengths by turns.
    static DecodeCost measure(Lab lab) {
        Random random = new Random(5);
        Tensor query = LongContext.noise(random, 1, LongContext.HEADS, 1, LongContext.DIM);
        Tensor output = LongContext.noise(random, 1, LongContext.HEADS, 1, LongContext.DIM);
        Tensor key = LongContext.noise(random, 1, LongContext.HEADS, KEYS, LongContext.DIM);
        Tensor value = LongContext.noise(random, 1, LongContext.HEADS, KEYS, LongContext.DIM);
        AttentionArguments arguments = new AttentionArguments().query(query).output(output);
        AttentionSpec spec =
                AttentionSpec.builder(LongContext.HEADS, LongContext.DIM).build();
        double[] seconds = new double[LENGTHS.length];
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(1, 1, LONGEST), lab.alone())) {
            Rounds rounds = new Rounds();
            for (int n : LENGTHS) {
                rounds.add("decode " + n, () -> {
                    for (int from = 0; from + n <= KEYS; from += n) {
                        plan.run(arguments.key(key.slice(2, from, from + n)).value(value.slice(2, from, from + n)));
                    }
                });
            }
            rounds.run(lab, TURNS);
            Arrays.setAll(seconds, k -> rounds.seconds("decode " + LENGTHS[k]) / (KEYS / LENGTHS[k]));
        }
        return new DecodeCost(seconds);
    }

    /// Median seconds of a token, at each length.
    double[] seconds() {
        return seconds;
    }

    static double[] lengths() {
        return Arrays.stream(LENGTHS).asDoubleStream().toArray();
    }

    /// The log-log slope of time over length.
    double slope() {
        return slope(lengths(), seconds);
    }

    /// The slope of a straight line through the logarithms.
    static double slope(double[] x, double[] y) {
        return Line.through(
                        Arrays.stream(x).map(Math::log).toArray(),
                        Arrays.stream(y).map(Math::log).toArray())
                .slope();
    }
}
