package heed.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class SamplerTest {
    @Test
    void greedyTakesTheFirstOfTheLikeliest() {
        Sampler greedy = new Sampler(Sampling.GREEDY, 0);
        assertEquals(1, greedy.next(new float[] {0, 3, 3, -1}));
        assertEquals(2, greedy.next(new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 0}));
        assertEquals(1, greedy.next(new float[] {Float.NaN, Float.NEGATIVE_INFINITY}));
    }

    @Test
    void drawsByProbability() {
        // logits of 1/2, 1/3, 1/6
        float[] logits = {(float) Math.log(3), (float) Math.log(2), 0};
        int draws = 30_000;
        int[] counts = counts(new Sampling(1, 1, 7), logits, draws);
        double[] expected = {1 / 2.0, 1 / 3.0, 1 / 6.0};
        for (int token = 0; token < 3; token++) {
            // six standard deviations of a binomial count
            double deviation = Math.sqrt(draws * expected[token] * (1 - expected[token]));
            assertEquals(draws * expected[token], counts[token], 6 * deviation);
        }
    }

    @Test
    void aNucleusLeavesTheRestOut() {
        float[] logits = {0, (float) Math.log(3), (float) Math.log(2)};
        assertEquals(0, counts(new Sampling(1, 0.8, 7), logits, 1000)[0]);
        assertEquals(1000, counts(new Sampling(1, 0.5, 7), logits, 1000)[1]);
        assertNotEquals(0, counts(new Sampling(1, 0.9, 7), logits, 1000)[0]);
    }

    @Test
    void whatIsNoNumberIsNeverDrawn() {
        float[] logits = {Float.NaN, 0, Float.NEGATIVE_INFINITY};
        assertEquals(100, counts(new Sampling(2, 1, 7), logits, 100)[1]);
        new Sampler(new Sampling(1, 1, 0), 0).next(new float[] {Float.NaN, Float.NaN});
    }

    private static int[] counts(Sampling sampling, float[] logits, int draws) {
        Sampler sampler = new Sampler(sampling, 0);
        int[] counts = new int[logits.length];
        for (int n = 0; n < draws; n++) {
            counts[sampler.next(logits)]++;
        }
        return counts;
    }

    @Test
    void refusesWrongNumbers() {
        assertThrows(IllegalArgumentException.class, () -> new Sampling(-0.1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sampling(Double.NaN, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sampling(1, 1.1, 0));
    }
}
