package heed.model.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.model.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A `tokenizer.json` as Llama's, against the same vocabulary read as llama2.c's.
final class JsonTokenizerTest {
    private static final Path CACHE = Path.of(System.getProperty("heed.cache"));

    @TempDir
    Path folder = Path.of("");

    private Path write() throws IOException {
        ObjectNode json = (ObjectNode) JsonMapper.builder().build().readTree("""
                {"version": "1.0", "truncation": null, "padding": null,
                 "added_tokens": [
                  {"id": 0, "content": "<unk>", "single_word": false, "lstrip": false, "rstrip": false,
                   "normalized": false, "special": true},
                  {"id": 1, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false,
                   "normalized": false, "special": true},
                  {"id": 2, "content": "</s>", "single_word": false, "lstrip": false, "rstrip": false,
                   "normalized": false, "special": true}],
                 "normalizer": {"type": "Sequence", "normalizers": [
                  {"type": "Prepend", "prepend": "\u2581"},
                  {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]},
                 "pre_tokenizer": null,
                 "post_processor": {"type": "TemplateProcessing",
                  "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                  "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                  "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
                 "decoder": {"type": "Sequence", "decoders": [
                  {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
                  {"type": "ByteFallback"}, {"type": "Fuse"},
                  {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                 "model": {"type": "BPE", "dropout": null, "unk_token": "<unk>", "fuse_unk": true,
                  "byte_fallback": true, "vocab": {},
                  "merges": ["\u2581 a", "a b", "\u2581a b"]}}
                """);
        ObjectNode vocabulary = (ObjectNode) json.path("model").path("vocab");
        for (int token = 0; token < TinyLlama.VOCABULARY; token++) {
            String text = TinyLlama.pieces().get(token).replace("\n", "").replace(" ", "\u2581");
            vocabulary.put(text, token);
        }
        return Files.writeString(folder.resolve("tokenizer.json"), json.toString());
    }

    @Test
    void agreesWithTheSameVocabularyOfLlama2c() throws IOException {
        Path bin = Files.write(folder.resolve("tok.bin"), TinyLlama.vocabularyBytes());
        try (TextTokenizer json = new JsonTokenizer(Tokenizer.load(write(), Integer.MAX_VALUE, CACHE), List.of(1, 2));
                TextTokenizer plain = Llama2cVocabulary.read(bin, TinyLlama.VOCABULARY)) {
            for (String text : new String[] {"ab", "cab abab", "a  b", "Z\u20ac\u00e9", "abc ".repeat(3000)}) {
                int[] ids = plain.encode(text);
                assertArrayEquals(ids, json.encode(text), text);
                assertEquals(text, plain.decode(ids));
                assertEquals(text, json.decode(ids));
            }
            assertTrue(json.isEnd(1) && json.isEnd(2));
        }
    }
}
