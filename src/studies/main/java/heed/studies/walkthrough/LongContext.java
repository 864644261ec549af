package heed.studies.walkthrough;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.GemmPlan;
import heed.attention.Mask;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/// What a context of n tokens costs, measured: 8 heads of 64, one thread, f32.
final class LongContext implements AutoCloseable {
    static final int[] LENGTHS = {512, 1024, 2048, 4096, 8192};
    static final int LONGEST = 8192;
    static final int HEADS = 8;
    static final int DIM = 64;
    static final int WIDTH = HEADS * DIM;

    /// With more, the scores written out take too long to wait for.
    static final int LONGEST_NAIVE = 2048;

    private final Lab lab;
    private final Map<Integer, AttentionPlan> full = new HashMap<>();
    private final Map<Integer, AttentionPlan> causal = new HashMap<>();
    private final GemmPlan projection;
    private final Tensor query;
    private final Tensor key;
    private final Tensor value;
    private final Tensor output;
    private final Rounds rounds = new Rounds();

    LongContext(Lab lab) {
        this.lab = lab;
        Random random = new Random(3);
        query = noise(random, 1, HEADS, LONGEST, DIM);
        key = noise(random, 1, HEADS, LONGEST, DIM);
        value = noise(random, 1, HEADS, LONGEST, DIM);
        output = noise(random, 1, HEADS, LONGEST, DIM);
        projection = lab.gemm().plan(noise(random, WIDTH, WIDTH), LONGEST, lab.alone());
        AttentionSpec spec = AttentionSpec.builder(HEADS, DIM).build();
        AttentionSpec masked = spec.toBuilder().mask(Mask.causal()).build();
        for (int n : LENGTHS) {
            full.put(n, lab.attention().plan(spec, new AttentionSizes(1, n, n), lab.alone()));
            causal.put(n, lab.attention().plan(masked, new AttentionSizes(1, n, n), lab.alone()));
        }
    }

    static Tensor noise(Random random, int... shape) {
        float[] elements = new float[IntStream.of(shape).reduce(1, Math::multiplyExact)];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextGaussian();
        }
        return Tensor.of(elements, shape);
    }

    /// Times everything, `count` rounds.
    LongContext measure(int count) {
        for (int n : LENGTHS) {
            rounds.add("full " + n, repeated(n, () -> attend(full, n)));
            rounds.add("causal " + n, repeated(n, () -> attend(causal, n)));
            rounds.add("projections " + n, repeated(n, () -> project(n)));
            if (n <= LONGEST_NAIVE) {
                rounds.add("naive " + n, () -> naive(n));
            }
        }
        rounds.run(lab, count);
        return this;
    }

    /// Short work is done several times a turn, so that its beginning, with cold caches, does not tell.
    private static int repeats(int n) {
        return Math.max(1, LONGEST / 4 / n);
    }

    private static Runnable repeated(int n, Runnable work) {
        return () -> {
            for (int k = 0; k < repeats(n); k++) {
                work.run();
            }
        };
    }

    private void attend(Map<Integer, AttentionPlan> plans, int n) {
        Objects.requireNonNull(plans.get(n))
                .run(new AttentionArguments()
                        .query(first(query, n))
                        .key(first(key, n))
                        .value(first(value, n))
                        .output(first(output, n)));
    }

    private static Tensor first(Tensor tensor, int n) {
        return tensor.slice(2, 0, n);
    }

    /// Query, key, value and what comes after: four products `[n, width] · [width, width]`.
    private void project(int n) {
        Tensor in = Tensor.of(query.segment(), query.type(), n, WIDTH);
        Tensor out = Tensor.of(output.segment(), output.type(), n, WIDTH);
        for (int matrix = 0; matrix < 4; matrix++) {
            projection.run(in, out);
        }
    }

    private void naive(int n) {
        Naive.attend(lab, first(query, n), first(key, n), first(value, n), first(output, n));
    }

    /// The largest difference of the naive way to Heed's, for the shortest length.
    double naiveError() {
        int n = LENGTHS[0];
        naive(n);
        double[] written = elements(n);
        attend(full, n);
        double[] fused = elements(n);
        return IntStream.range(0, written.length)
                .mapToDouble(k -> Math.abs(written[k] - fused[k]))
                .max()
                .orElse(0);
    }

    private double[] elements(int n) {
        return IntStream.range(0, HEADS * n * DIM)
                .mapToDouble(k -> output.get(0, k / (n * DIM), k / DIM % n, k % DIM))
                .toArray();
    }

    /// Median seconds of `what` at each length up to `longest`.
    double[] seconds(String what, int longest) {
        return each(longest, n -> rounds.seconds(what + " " + n) / repeats(n));
    }

    /// The time of causal attention by that of full attention over as many tokens.
    double causalShare(int n) {
        return rounds.ratio("causal " + n, "full " + n);
    }

    /// Median seconds of the scores written out.
    double[] naiveSeconds() {
        return each(LONGEST_NAIVE, n -> rounds.seconds("naive " + n));
    }

    /// Bytes of each plan beside the tensors.
    double[] workspace() {
        return each(LONGEST, n -> Objects.requireNonNull(full.get(n)).workspaceBytes());
    }

    /// Bytes that the naive way holds for the scores of one head.
    double[] naiveBytes() {
        return each(LONGEST_NAIVE, n -> (double) Float.BYTES * Naive.scores(n).length);
    }

    /// Bytes of all scores: 4 H n².
    double[] scoreBytes() {
        return each(LONGEST, n -> 4.0 * HEADS * n * n);
    }

    /// Bytes of the keys and values of a layer: 2 · heads · headDim · n · 4.
    double[] cacheBytes() {
        return each(LONGEST, n -> 2.0 * WIDTH * n * Float.BYTES);
    }

    static double[] each(int longest, IntToDoubleFunction number) {
        return Arrays.stream(LENGTHS)
                .filter(n -> n <= longest)
                .mapToDouble(number)
                .toArray();
    }

    static double[] lengths(int longest) {
        return each(longest, n -> n);
    }

    @Override
    public void close() {
        full.values().forEach(AttentionPlan::close);
        causal.values().forEach(AttentionPlan::close);
        projection.close();
    }
}
