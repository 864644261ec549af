package heed.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.model.MiniLmFiles;
import heed.model.weights.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenizerTest {
    private static final Path CACHE = Path.of(System.getProperty("heed.cache"));

    private static Tokenizer miniLm(int maxTokens) {
        return Tokenizer.load(MiniLmFiles.find().tokenizer(), maxTokens, CACHE);
    }

    @Test
    void givesTheIdsOfBert() {
        try (Tokenizer tokenizer = miniLm(512)) {
            // 101 is [CLS], 102 is [SEP], 2748 is "yes"; case and padding do not count.
            assertArrayEquals(
                    new int[] {101, 7592, 1010, 2088, 999, 102},
                    tokenizer.encode("Hello, World!").ids());
            assertArrayEquals(new int[] {101, 102}, tokenizer.encode("").ids());
            assertArrayEquals(new int[] {101, 102}, tokenizer.encode(" \n\t").ids());
        }
    }

    @Test
    void cutsAtTheLimitAndSaysSo() {
        try (Tokenizer tokenizer = miniLm(512)) {
            TokenIds fits = tokenizer.encode("a ".repeat(510));
            assertEquals(512, fits.count());
            assertFalse(fits.truncated());
            TokenIds cut = tokenizer.encode("a ".repeat(511));
            assertEquals(512, cut.count());
            assertTrue(cut.truncated());
            assertEquals(102, cut.ids()[511]);
        }
    }

    @Test
    void isFreeOfTheFilesOwnLimit() {
        try (Tokenizer tokenizer = miniLm(512)) {
            assertEquals(202, tokenizer.encode("a ".repeat(200)).count());
            assertEquals(3, tokenizer.encode("a").count());
        }
    }

    @Test
    void takesTextsThatNoEncodingCarries() {
        try (Tokenizer tokenizer = miniLm(512)) {
            assertArrayEquals(
                    tokenizer.encode("a ? b ?").ids(),
                    tokenizer.encode("a \ud83d b \ude00").ids());
        }
    }

    @Test
    void leavesTheSystemPropertiesAsTheyWere() {
        try (Tokenizer _ = miniLm(512)) {
            assertEquals(Optional.empty(), Optional.ofNullable(System.getProperty("ai.djl.offline")));
            assertEquals(Optional.empty(), Optional.ofNullable(System.getProperty("ENGINE_CACHE_DIR")));
        }
    }

    @Test
    void refusesFilesThatAreNoTokenizer(@TempDir Path folder) throws IOException {
        Path absent = folder.resolve("absent.json");
        String message = assertThrows(ModelFileException.class, () -> Tokenizer.load(absent, 512, CACHE))
                .getMessage();
        assertTrue(message.contains("absent.json: the file must exist"), message);
        Path wrong = Files.writeString(folder.resolve("wrong.json"), "{\"model\": 3}");
        message = assertThrows(ModelFileException.class, () -> Tokenizer.load(wrong, 512, CACHE))
                .getMessage();
        assertTrue(message.contains("wrong.json: the tokenizer must load: "), message);
        assertEquals(1, message.lines().count());
    }
}
