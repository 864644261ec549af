package heed.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.model.text.TokenIds;
import heed.model.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every backend's embeddings against ONNX Runtime's on the same weights and tokens.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MiniLmTest {
    /// What Heed promises for each element. Both sides compute in f32 through some 30 products; elements are near
    /// 1/√384 = 0.05, where 1e-5 is 2700 units in the last place.
    private static final double TOLERANCE = 1e-5;

    /// Changes what the random texts are: `-Dheed.test.seed=N`.
    private static final long SEED = Long.getLong("heed.test.seed", 20261121);

    private Tokenizer tokenizer;
    private OnnxRuntimeOracle oracle;

    @BeforeAll
    void open() throws Exception {
        MiniLmFiles files = MiniLmFiles.find();
        tokenizer = Tokenizer.load(files.tokenizer(), 512, Cache.folder());
        oracle = new OnnxRuntimeOracle(files.weights());
    }

    @AfterAll
    void close() throws Exception {
        tokenizer.close();
        oracle.close();
    }

    static Stream<String> backends() {
        return Backends.names();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void equalsOnnxRuntime(String backend) throws Exception {
        List<String> texts = new ArrayList<>(Texts.shortOnes());
        texts.addAll(Texts.random(SEED, 8));
        texts.addAll(Texts.fromOutside());
        texts.add(3, Texts.ofWords(60));
        try (MiniLm model = Backends.load(backend)) {
            check(backend, texts, model.embed(texts));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void equalsOnnxRuntimeOnLongTexts(String backend) throws Exception {
        List<String> texts = List.of(Texts.ofWords(298), Texts.ofWords(598));
        try (MiniLm model = Backends.load(backend)) {
            List<Embedding> embeddings = model.embed(texts);
            check(backend, texts, embeddings);
            assertEquals(300, embeddings.get(0).tokens());
            assertFalse(embeddings.get(0).truncated());
            assertEquals(512, embeddings.get(1).tokens());
            assertTrue(embeddings.get(1).truncated());
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void embedsATextAloneAsAmongOthers(String backend) {
        List<String> texts = Texts.shortOnes().subList(0, 12);
        try (MiniLm model = Backends.load(backend)) {
            List<Embedding> together = model.embed(texts);
            for (int n = 0; n < texts.size(); n += 5) {
                float[] alone = model.embed(List.of(texts.get(n))).getFirst().values();
                assertArrayEquals(alone, together.get(n).values(), (float) TOLERANCE, texts.get(n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void knowsNoTextsAndIsClosedOnce(String backend) {
        MiniLm model = Backends.load(backend);
        assertEquals(backend, model.backend());
        assertTrue(model.embed(List.of()).isEmpty());
        model.close();
        model.close();
        assertThrows(IllegalStateException.class, () -> model.embed(List.of("too late")));
    }

    private void check(String backend, List<String> texts, List<Embedding> embeddings) throws Exception {
        assertEquals(texts.size(), embeddings.size());
        double worst = 0;
        for (int n = 0; n < texts.size(); n++) {
            Embedding embedding = embeddings.get(n);
            TokenIds tokens = tokenizer.encode(texts.get(n));
            assertEquals(texts.get(n), embedding.text());
            assertEquals(tokens.count(), embedding.tokens());
            assertEquals(tokens.truncated(), embedding.truncated());
            double error = distance(oracle.embed(tokens.ids()), embedding.values());
            assertTrue(error <= TOLERANCE, "error=%.2e on \"%s\"".formatted(error, texts.get(n)));
            worst = Math.max(worst, error);
        }
        System.out.printf("%s: %d texts, largest difference from ONNX Runtime %.2e%n", backend, texts.size(), worst);
    }

    /// Largest difference of two elements; NaN if one is.
    private static double distance(double[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        double worst = 0;
        for (int j = 0; j < expected.length; j++) {
            worst = Math.max(worst, Math.abs(expected[j] - actual[j]));
        }
        return worst;
    }
}
