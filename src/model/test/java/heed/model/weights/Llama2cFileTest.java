package heed.model.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.model.TinyLlama;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Llama2cFileTest {
    private static final TinyLlama TINY = TinyLlama.random(4, 8, 11);

    @TempDir
    Path folder = Path.of("");

    private String refusal(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("wrong.bin"), bytes);
        String message = assertThrows(ModelFileException.class, () -> Llama2cFile.open(file))
                .getMessage();
        assertTrue(message.startsWith(file + ": "), message);
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    void givesEverySectionItsPlace() throws IOException {
        try (LlamaFile file = LlamaFile.open(TINY.writeLlama2c(folder, "tiny.bin"))) {
            LlamaWeights weights = file.weights();
            assertEquals(4, weights.shape().headDim());
            assertEquals(TinyLlama.VOCABULARY, weights.shape().vocabulary());
            TINY.tensors().forEach((name, tensor) -> {
                String[] parts = name.split("\\.");
                var found = WeightsByRole.find(weights, parts);
                assertArrayEquals(tensor.shape(), found.shape(), name);
                int[] last = Arrays.stream(tensor.shape()).map(size -> size - 1).toArray();
                assertEquals(tensor.get(last), found.get(last), name);
                assertEquals(tensor.get(new int[last.length]), found.get(new int[last.length]), name);
            });
        }
    }

    @Test
    void aPositiveVocabularySharesTheEmbedding() throws IOException {
        Map<String, byte[]> sections = TINY.sections();
        sections.remove("wcls");
        byte[] bytes = TinyLlama.join(sections.values());
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(20, TinyLlama.VOCABULARY);
        Path path = Files.write(folder.resolve("shared.bin"), bytes);
        try (LlamaFile file = LlamaFile.open(path)) {
            assertSame(file.weights().embedding(), file.weights().classifier());
        }
    }

    @Test
    void isRefusedWhereverItIsCut() throws IOException {
        byte[] whole = TinyLlama.join(TINY.sections().values());
        int at = 0;
        for (var section : TINY.sections().entrySet()) {
            int end = at + section.getValue().length;
            for (int cut : new int[] {at, at + 1, end - 1}) {
                String message = refusal(Arrays.copyOf(whole, cut));
                assertTrue(message.contains("the whole of ") && message.contains(section.getKey()), message);
            }
            at = end;
        }
    }

    @Test
    void isRefusedWithBytesThatNothingExplains() throws IOException {
        byte[] whole = TinyLlama.join(TINY.sections().values());
        String message = refusal(Arrays.copyOf(whole, whole.length + 4));
        assertTrue(message.contains("must end with the tensors"), message);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, n_heads must divide dim",
        "0, 18, n_heads must divide dim",
        "0, 1634415666, version 0",
        "0, 12, rotaryDim must be even",
        "4, -1, innerWidth=-1",
        "8, 0, layers=0",
        "8, 2147483647, must hold the whole of rms_att",
        "12, 0, n_heads=0",
        "16, 3, kvHeads must divide queryHeads",
        "20, 0, vocabulary=0",
        "20, -2147483648, sizes are wrong",
        "24, -5, contextLen=-5",
        "24, 2147483647, freq_cis_real",
    })
    void refusesWrongSizes(int at, int value, String part) throws IOException {
        byte[] bytes = TinyLlama.join(TINY.sections().values());
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        String message = refusal(bytes);
        assertTrue(message.contains(part), message);
    }
}
