package heed.model.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.Gemm;
import heed.attention.KeyLayout;
import heed.attention.PlanOptions;
import heed.model.Backends;
import heed.model.TinyLlama;
import heed.model.weights.LlamaFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Logits, bit by bit: alone, in a batch, after a fork, and with tokens cut into steps in different ways.
final class LlamaDecoderTest {
    private static final int ROWS = 64;

    @TempDir
    Path folder = Path.of("");

    /// A decoder, and what it was made of.
    private record Made(LlamaFile file, LlamaModel model, LlamaDecoder decoder) implements AutoCloseable {
        /// Reads `tokens` in chunks of `chunk`; the logits after the last.
        float[] read(int sequence, int[] tokens, int chunk) {
            for (int at = 0; at < tokens.length; at += chunk) {
                int[] part = Arrays.copyOfRange(tokens, at, Math.min(tokens.length, at + chunk));
                decoder.step(new int[] {sequence}, List.of(part));
            }
            return logits(0);
        }

        float[] logits(int b) {
            float[] logits = new float[TinyLlama.VOCABULARY];
            decoder.readLogits(b, logits);
            return logits;
        }

        @Override
        public void close() {
            decoder.close();
            model.close();
            file.close();
        }
    }

    private Made make(String name, boolean rows, int headDim, int context, int sequences) throws IOException {
        LlamaFile file = LlamaFile.open(TinyLlama.random(headDim, context, 31).writeLlama2c(folder, "m.bin"));
        Attention attention = Backends.attention(name);
        AttentionBackend backend = attention.backend(name);
        AttentionSpec spec = LlamaDecoder.spec(file.weights().shape(), Determinism.BITWISE);
        KeyLayout layout = rows ? KeyLayout.rows() : backend.preferredKeyLayout(spec);
        AttentionSpec laidOut = spec.toBuilder().keyLayout(layout).build();
        AttentionPlan plan = backend.plan(laidOut, new AttentionSizes(sequences, ROWS, context), PlanOptions.DEFAULT);
        LlamaModel model = new LlamaModel(file.weights(), Gemm.load().backend(name), PlanOptions.DEFAULT, ROWS);
        return new Made(file, model, new LlamaDecoder(model, plan, sequences));
    }

    private static int[] tokens(int count, long seed) {
        return new Random(seed).ints(count, 3, TinyLlama.VOCABULARY).toArray();
    }

    @ParameterizedTest
    @CsvSource({
        "reference, true, 8, 150",
        "vector, false, 8, 150",
        "vector, false, 16, 150",
        "vector, false, 64, 700",
        "vector, true, 64, 700",
        "vector, true, 20, 300",
    })
    void bitsDependOnTheSequenceAlone(String backend, boolean rows, int headDim, int length) throws IOException {
        try (Made made = make(backend, rows, headDim, length + 8, 4)) {
            LlamaDecoder decoder = made.decoder();
            int[] tokens = tokens(length, 1);
            int first = decoder.newSequence();
            float[] expected = made.read(first, tokens, ROWS);
            decoder.free(first);
            for (int chunk : new int[] {1, 7, 33}) {
                int again = decoder.newSequence();
                assertArrayEquals(expected, made.read(again, tokens, chunk), "chunks of " + chunk);
                decoder.free(again);
            }
            int[] prefix = Arrays.copyOf(tokens, length - 5);
            int parent = decoder.newSequence();
            made.read(parent, prefix, 50);
            int child = decoder.fork(parent);
            int other = decoder.newSequence();
            made.read(other, tokens(length / 2, 2), 40);
            int sibling = decoder.fork(parent);
            int[] all = {sibling, child, other};
            for (int n = length - 5; n < length; n++) {
                decoder.step(all, List.of(new int[] {5}, new int[] {tokens[n]}, tokens(1 + n % 3, n)));
            }
            assertArrayEquals(expected, made.logits(1), "a fork in a batch");
            assertArrayEquals(
                    expected, made.read(parent, Arrays.copyOfRange(tokens, length - 5, length), 5), "the parent");
        }
    }

    @Test
    void refusesMoreThanItIsMadeFor() throws IOException {
        try (Made made = make("reference", true, 8, 80, 1)) {
            LlamaDecoder decoder = made.decoder();
            int one = decoder.newSequence();
            assertRefused("tokens of a step must be at most 64: got 65", decoder, new int[] {one}, tokens(65, 1));
            assertRefused("a sequence needs a token", decoder, new int[] {one}, new int[0]);
            assertRefused("an index must lie in the embedding table", decoder, new int[] {one}, new int[] {-1});
            made.read(one, tokens(80, 1), 40);
            assertEquals(80, decoder.len(one));
            assertRefused("tokens of a sequence must be at most 80: got 81", decoder, new int[] {one}, tokens(1, 1));
            int two = decoder.newSequence();
            assertRefused("sequences of a step", decoder, new int[] {one, two}, tokens(1, 1));
        }
    }

    /// Its second rows would not follow the first, which no layer has yet appended when positions are given.
    @Test
    void refusesASequenceThatIsThereTwice() throws IOException {
        try (Made made = make("reference", true, 8, 80, 3)) {
            LlamaDecoder decoder = made.decoder();
            int one = decoder.newSequence();
            int two = decoder.newSequence();
            assertRefused(
                    "a sequence can be in a step once, with all of its tokens: sequence=0, indices 0 and 2",
                    decoder,
                    new int[] {one, two, one},
                    tokens(1, 1));
            assertEquals(0, decoder.len(one));
        }
    }

    private static void assertRefused(String part, LlamaDecoder decoder, int[] sequences, int[] tokens) {
        List<int[]> each = Arrays.stream(sequences).mapToObj(_ -> tokens).toList();
        String message = assertThrows(IllegalArgumentException.class, () -> decoder.step(sequences, each))
                .getMessage();
        assertTrue(String.valueOf(message).contains(part), message);
    }
}
