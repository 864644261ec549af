package heed.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.Gemm;
import heed.model.trace.AttentionTrace;
import heed.model.weights.EncoderMatrices;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What listeners are shown is what the model computed with.
final class TraceTest {
    /// Outputs are means of values of a few units, and weights and outputs are of f32.
    private static final double TOLERANCE = 1e-5;

    private static EncoderProbe probe() {
        return EncoderProbe.miniLm(Attention.load().use("vector"), Gemm.load().backend("vector"));
    }

    /// Largest difference of a traced output to softmax(q kᵀ / √headDim) v of what was traced, by plain sums.
    private static double error(AttentionTrace trace, boolean causal) {
        int group = trace.query().size(1) / trace.key().size(1);
        int tokens = trace.query().size(2);
        int dim = trace.query().size(3);
        double worst = 0;
        for (int h = 0; h < trace.query().size(1); h++) {
            for (int i = 0; i < tokens; i++) {
                double[] sums = new double[dim];
                double total = 0;
                for (int j = 0; j < (causal ? i + 1 : tokens); j++) {
                    double score = 0;
                    for (int d = 0; d < dim; d++) {
                        score += trace.query().get(0, h, i, d) * trace.key().get(0, h / group, j, d);
                    }
                    double weight = Math.exp(score / Math.sqrt(dim));
                    total += weight;
                    for (int d = 0; d < dim; d++) {
                        sums[d] += weight * trace.value().get(0, h / group, j, d);
                    }
                }
                for (int d = 0; d < dim; d++) {
                    worst = Math.max(
                            worst, Math.abs(sums[d] / total - trace.output().get(0, h, i, d)));
                }
            }
        }
        return worst;
    }

    @Test
    void anEncoderShowsEveryLayer() {
        List<Integer> layers = new ArrayList<>();
        try (EncoderProbe probe = probe()) {
            List<String> tokens = probe.trace("Tokenizers cut.", trace -> {
                layers.add(trace.layer());
                assertArrayEquals(new int[] {1, 12, 7, 32}, trace.query().shape());
                assertTrue(error(trace, false) < TOLERANCE, "layer " + trace.layer() + ": " + error(trace, false));
            });
            assertEquals(List.of("[CLS]", "token", "##izer", "##s", "cut", ".", "[SEP]"), tokens);
        }
        assertEquals(List.of(0, 1, 2, 3, 4, 5), layers);
    }

    @Test
    void matricesAreOutByIn() {
        try (EncoderProbe probe = probe()) {
            List<EncoderMatrices> blocks = probe.matrices();
            assertEquals(6, blocks.size());
            EncoderMatrices first = blocks.getFirst();
            assertArrayEquals(new int[] {384, 384}, first.query().shape());
            assertArrayEquals(new int[] {1536, 384}, first.up().shape());
            assertArrayEquals(new int[] {384, 1536}, first.down().shape());
        }
    }

    @Test
    void aClosedEncoderSaysSo() {
        EncoderProbe probe = probe();
        probe.close();
        probe.close();
        assertThrows(IllegalStateException.class, probe::matrices);
        assertThrows(IllegalStateException.class, () -> probe.trace("too late", _ -> {}));
    }

    @Test
    void aDecoderShowsRotatedKeys() {
        LlamaFiles files = LlamaFiles.of(SharedModels.file("stories260K.bin"));
        try (Llama model = Llama.load(files, Backends.attention("vector"))) {
            List<String> tokens = model.trace("Once upon a time", trace -> {
                assertEquals(2, trace.query().size(1) / trace.key().size(1));
                assertTrue(error(trace, true) < TOLERANCE, "layer " + trace.layer() + ": " + error(trace, true));
            });
            assertEquals("Once upon a time", String.join("", tokens));
            assertThrows(IllegalArgumentException.class, () -> model.trace("many words ".repeat(40), _ -> {}));
        }
    }
}
