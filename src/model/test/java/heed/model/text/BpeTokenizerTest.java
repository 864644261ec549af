package heed.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.model.SharedModels;
import heed.model.TinyLlama;
import heed.model.weights.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BpeTokenizerTest {
    private static final int BEGIN = 1;
    private static final int SPACE = 259;
    private static final int A = SPACE + 1;
    private static final int AB = SPACE + 10;
    private static final int SPACE_AB = SPACE + 11;
    private static final int E_ACUTE = SPACE + 12;

    @TempDir
    Path folder = Path.of("");

    private TextTokenizer tiny() throws IOException {
        Path file = Files.write(folder.resolve("tok.bin"), TinyLlama.vocabularyBytes());
        return Llama2cVocabulary.read(file, TinyLlama.VOCABULARY);
    }

    @Test
    void mergesTheHighestScoreFirst() throws IOException {
        try (TextTokenizer tokenizer = tiny()) {
            // " a" goes before "ab", else " ab" would stay in two
            assertArrayEquals(new int[] {BEGIN, SPACE_AB}, tokenizer.encode("ab"));
            assertArrayEquals(new int[] {BEGIN, SPACE_AB, AB, A}, tokenizer.encode("ababa"));
            assertArrayEquals(new int[] {BEGIN, SPACE, A + 2, AB}, tokenizer.encode("cab"));
        }
    }

    @Test
    void anEmptyTextIsItsBeginning() throws IOException {
        try (TextTokenizer tokenizer = tiny()) {
            assertArrayEquals(new int[] {BEGIN}, tokenizer.encode(""));
            assertEquals("", tokenizer.decode(BEGIN));
            assertTrue(tokenizer.isEnd(BEGIN) && tokenizer.isEnd(2));
        }
    }

    @Test
    void whatTheVocabularyLacksGoesByBytes() throws IOException {
        try (TextTokenizer tokenizer = tiny()) {
            assertArrayEquals(new int[] {BEGIN, SPACE, 3 + 'Z'}, tokenizer.encode("Z"));
            assertArrayEquals(new int[] {BEGIN, SPACE, 3 + 0xe2, 3 + 0x82, 3 + 0xac}, tokenizer.encode("€"));
            assertArrayEquals(new int[] {BEGIN, SPACE, E_ACUTE}, tokenizer.encode("é"));
            assertEquals("\ufffd", tokenizer.decode(BEGIN, SPACE, 3 + 0xe2, 3 + 0x82));
        }
    }

    @Test
    void decodesWhatItEncoded() throws IOException {
        try (TextTokenizer tokenizer = tiny()) {
            assertRoundTrips(tokenizer);
        }
    }

    @Test
    void decodesWhatItEncodedByARealVocabulary() {
        try (TextTokenizer tokenizer = Llama2cVocabulary.read(SharedModels.file("tok512.bin"), 512)) {
            assertRoundTrips(tokenizer);
            // <s>, " Once", " upon", …: what run.c makes of it
            int[] ids = tokenizer.encode("Once upon a time");
            assertEquals(BEGIN, ids[0]);
            assertTrue(ids.length < "Once upon a time".length() / 2, Arrays.toString(ids));
        }
    }

    private static void assertRoundTrips(TextTokenizer tokenizer) {
        for (String text : new String[] {" ", "  two  ", "abab ab", "a\nb\t", "naïve € 注意力 😀", "<s> <0x41>"}) {
            assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
        }
        Random random = new Random(5);
        for (int n = 0; n < 50; n++) {
            StringBuilder text = new StringBuilder();
            random.ints(20, 1, 0xd800).forEach(text::appendCodePoint);
            random.ints(20, 'a', 'i').forEach(text::appendCodePoint);
            assertEquals(text.toString(), tokenizer.decode(tokenizer.encode(text.toString())));
        }
    }

    @Test
    void refusesFilesThatAreNoVocabulary() throws IOException {
        byte[] whole = TinyLlama.vocabularyBytes();
        assertRefused(Arrays.copyOf(whole, whole.length - 1), TinyLlama.VOCABULARY, "the whole of token");
        assertRefused(Arrays.copyOf(whole, 3), TinyLlama.VOCABULARY, "the longest token");
        assertRefused(whole, 512, "model=512, tokenizer=" + TinyLlama.VOCABULARY);
        whole[0] = 1;
        assertRefused(whole, TinyLlama.VOCABULARY, "longest=1");
    }

    private void assertRefused(byte[] bytes, int vocabulary, String part) throws IOException {
        Path file = Files.write(folder.resolve("wrong.bin"), bytes);
        String message = assertThrows(ModelFileException.class, () -> Llama2cVocabulary.read(file, vocabulary))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void isFoundBesideItsModel() throws IOException {
        Path model = folder.resolve("model.bin");
        Files.write(folder.resolve("tok1.bin"), new byte[] {1});
        assertEquals(Optional.empty(), Llama2cVocabulary.beside(model, TinyLlama.VOCABULARY));
        Path file = Files.write(folder.resolve("tok2.bin"), TinyLlama.vocabularyBytes());
        assertEquals(
                Optional.of(file.toAbsolutePath()),
                Llama2cVocabulary.beside(model, TinyLlama.VOCABULARY).map(Path::toAbsolutePath));
    }
}
