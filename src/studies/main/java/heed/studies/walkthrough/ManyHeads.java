package heed.studies.walkthrough;

import static heed.studies.claim.Expectation.atMost;

import heed.attention.AttentionArguments;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Tensor;
import heed.studies.claim.Checks;
import heed.studies.claim.Lab;
import heed.studies.claim.Source;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/// What heads are, checked: each on its own, of keys in any order, an average.
///
/// All in f32. Values are of N(0, 1), outputs below 1 in size: a sum of 200 products rounded to 24 bits stays within
/// 1e-6.
final class ManyHeads {
    private static final double SINGLE = 1e-6;
    private static final int HEADS = 8;
    private static final int TOKENS = 200;
    private static final int WIDTH = 64;

    private final Lab lab;
    private final float[] query;
    private final float[] key;
    private final float[] value;
    private final float[] together;

    ManyHeads(Lab lab) {
        this.lab = lab;
        Random random = new Random(4);
        query = noise(random);
        key = noise(random);
        value = noise(random);
        together = attend(HEADS, query, key, value);
    }

    private static float[] noise(Random random) {
        float[] elements = new float[HEADS * TOKENS * WIDTH];
        for (int n = 0; n < elements.length; n++) {
            elements[n] = (float) random.nextGaussian();
        }
        return elements;
    }

    private float[] attend(int heads, float[] q, float[] k, float[] v) {
        float[] output = new float[q.length];
        AttentionSpec spec = AttentionSpec.builder(heads, WIDTH).build();
        try (AttentionPlan plan = lab.attention().plan(spec, new AttentionSizes(1, TOKENS, TOKENS), lab.alone())) {
            plan.run(new AttentionArguments()
                    .query(shaped(heads, q))
                    .key(shaped(heads, k))
                    .value(shaped(heads, v))
                    .output(shaped(heads, output)));
        }
        return output;
    }

    private static Tensor shaped(int heads, float[] elements) {
        return Tensor.of(elements, 1, heads, TOKENS, WIDTH);
    }

    void check(Checks checks) {
        String sizes = ", 8 heads of 200 tokens, 64 wide, f32, largest difference";
        checks.add("heads together are the heads alone" + sizes, atMost(SINGLE), alone(), Source.exact(""));
        checks.add(
                "the order of keys and their values does not matter" + sizes,
                atMost(SINGLE),
                permuted(),
                Source.exact(""));
        checks.add(
                "the weights of a row sum to 1: output of values that are 1" + sizes,
                atMost(SINGLE),
                ones(),
                Source.exact(""));
    }

    double alone() {
        int part = TOKENS * WIDTH;
        double worst = 0;
        for (int h = 0; h < HEADS; h++) {
            int from = h * part;
            float[] one = attend(1, cut(query, from), cut(key, from), cut(value, from));
            worst = Math.max(worst, distance(one, cut(together, from)));
        }
        return worst;
    }

    private static float[] cut(float[] elements, int from) {
        return Arrays.copyOfRange(elements, from, from + TOKENS * WIDTH);
    }

    double permuted() {
        return distance(together, attend(HEADS, query, turned(key), turned(value)));
    }

    /// Token j of each head goes to place 7 j + 3, modulo their number.
    private static float[] turned(float[] elements) {
        float[] turned = new float[elements.length];
        for (int h = 0; h < HEADS; h++) {
            for (int j = 0; j < TOKENS; j++) {
                int to = (7 * j + 3) % TOKENS;
                System.arraycopy(elements, (h * TOKENS + j) * WIDTH, turned, (h * TOKENS + to) * WIDTH, WIDTH);
            }
        }
        return turned;
    }

    double ones() {
        float[] one = new float[value.length];
        Arrays.fill(one, 1);
        return distance(one, attend(HEADS, query, key, one));
    }

    private static double distance(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(n -> Math.abs(one[n] - other[n]))
                .max()
                .orElse(0);
    }
}
