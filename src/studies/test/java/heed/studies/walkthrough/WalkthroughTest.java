package heed.studies.walkthrough;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.Gemm;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import heed.studies.math.Matrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WalkthroughTest {
    private static final Lab LAB =
            new Lab(Attention.load(), Gemm.load().backend("vector"), true, 1, Path.of(""), Progress.NONE);

    @Test
    void aLookupIsItsFormula() {
        for (double beta : new double[] {0, 1, 7.5}) {
            assertEquals(Lookup.formula(100, beta), Lookup.weight(LAB, 100, beta), 1e-12);
        }
        assertEquals(0.01, Lookup.formula(100, 0), 1e-15, "all alike");
    }

    @Test
    void theLogarithmicPriceBuysTheShare() {
        double n = 5000;
        assertEquals(0.99, Lookup.formula(n, Math.log(n - 1) + Math.log(99)), 1e-12);
    }

    @Test
    void noiseSpreads() {
        double entropy = Noise.entropy(LAB, 2048);
        assertEquals(Math.log(2048) - 0.5, entropy, 0.02);
    }

    @Test
    void softmaxOfScoresByPlainSums() {
        Tensor query = Tensor.of(new float[] {2, 0}, 1, 1, 2, 1);
        Tensor key = Tensor.of(new float[] {1, 0}, 1, 1, 2, 1);
        Matrix scores = Scores.of(query, key).getFirst();
        assertEquals(2, scores.get(0, 0));
        Matrix weights = Scores.softmax(scores);
        assertEquals(1 / (1 + Math.exp(-2)), weights.get(0, 0), 1e-15);
        assertEquals(0.5, weights.get(1, 1), 1e-15);
    }

    @Test
    void theWrittenOutWayIsAttention() {
        Random random = new Random(1);
        Tensor query = LongContext.noise(random, 1, 2, 9, 4);
        Tensor key = LongContext.noise(random, 1, 2, 9, 4);
        Tensor value = LongContext.noise(random, 1, 2, 9, 4);
        Tensor output = LongContext.noise(random, 1, 2, 9, 4);
        Naive.attend(LAB, query, key, value, output);
        Tensor expected = LongContext.noise(random, 1, 2, 9, 4);
        LAB.attention()
                .run(
                        AttentionSpec.builder(2, 4).build(),
                        new AttentionArguments()
                                .query(query)
                                .key(key)
                                .value(value)
                                .output(expected));
        for (int h = 0; h < 2; h++) {
            for (int i = 0; i < 9; i++) {
                for (int d = 0; d < 4; d++) {
                    assertEquals(expected.get(0, h, i, d), output.get(0, h, i, d), 1e-6);
                }
            }
        }
    }

    @Test
    void roundsGiveEachAWarmUpAndItsTurns() {
        List<String> order = new ArrayList<>();
        Rounds rounds = new Rounds().add("a", () -> order.add("a")).add("b", () -> order.add("b"));
        rounds.run(LAB, 2);
        assertEquals(List.of("a", "b", "a", "b", "a", "b"), order);
        assertTrue(rounds.seconds("a") >= 0);
        assertEquals(3, Rounds.median(new double[] {9, 1, 3}));
    }

    @Test
    void aPowerHasItsSlope() {
        double[] x = {1, 2, 4, 8};
        assertEquals(2, DecodeCost.slope(x, new double[] {3, 12, 48, 192}), 1e-12);
    }

    @Test
    void countsAreOfTheSizes() {
        try (LongContext context = new LongContext(LAB)) {
            assertEquals(4.0 * 8 * 512 * 512, context.scoreBytes()[0]);
            assertEquals(2.0 * 8 * 64 * 8192 * 4, context.cacheBytes()[4]);
            assertTrue(context.workspace()[4] < context.scoreBytes()[4] / 50, "no n × n");
        }
    }
}
