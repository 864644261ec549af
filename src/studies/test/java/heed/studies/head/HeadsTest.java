package heed.studies.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.attention.Tensor;
import heed.studies.claim.Lab;
import heed.studies.claim.Progress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Two heads over three tokens: head 0 has scores 0, head 1 scores `10 i` for key 1 alone.
final class HeadsTest {
    private static final Lab LAB =
            new Lab(Attention.load(), Gemm.load().backend("vector"), true, 1, Path.of(""), Progress.NONE);

    private static Heads heads(boolean causal) {
        float scale = (float) Math.sqrt(2);
        float[] query = {0, 0, 0, 0, 0, 0, 0, 0, 10 * scale, 0, 20 * scale, 0};
        float[] key = {0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
        return Heads.of(LAB, Tensor.of(query, 1, 2, 3, 2), Tensor.of(key, 1, 2, 3, 2), causal);
    }

    @Test
    void weightsAreThoseOfTheSoftmax() {
        Heads heads = heads(false);
        assertEquals(1.0 / 3, heads.weights().get(0).get(2, 0), 1e-6);
        double e = Math.exp(10);
        assertEquals(e / (e + 2), heads.weights().get(1).get(1, 1), 1e-6);
        assertEquals(1 / (e + 2), heads.weights().get(1).get(1, 2), 1e-6);
    }

    @Test
    void breadthIsOneWhereAllTokensAreReadAlike() {
        assertEquals(1, heads(false).breadth(0), 1e-6);
        assertEquals(1, heads(true).breadth(0), 1e-6);
        assertEquals(1.0 / 3, heads(false).breadth(1), 1e-3, "row 0 alone reads more than one token");
    }

    @Test
    void aShareIsOfTheRowsThatSeeTheToken() {
        assertEquals(1.0 / 3, heads(false).share(0, 2), 1e-6);
        assertEquals((1 + 0.5 + 1.0 / 3) / 3, heads(true).share(0, 0), 1e-6);
        assertEquals(1.0 / 3, heads(true).share(0, 2), 1e-6);
    }

    @Test
    void evenIsTheFirstTokensShareInAHeadThatReadsAllAlike() {
        assertEquals(heads(false).share(0, 0), heads(false).even(), 1e-6);
        assertEquals(heads(true).share(0, 0), heads(true).even(), 1e-6);
    }

    @Test
    void aShiftIsAMeanOfADiagonal() {
        assertEquals((0.5 + 1.0 / 3) / 2, heads(true).shift(0, -1), 1e-6);
        assertEquals(0, heads(true).shift(0, 1), 1e-6);
        assertEquals((1 + 0.5 + 1.0 / 3) / 3, heads(true).shift(0, 0), 1e-6);
    }
}
