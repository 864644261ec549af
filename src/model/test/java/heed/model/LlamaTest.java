package heed.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.Attention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Texts, whole.
final class LlamaTest {
    @TempDir
    Path folder = Path.of("");

    static Stream<String> backends() {
        return Backends.names();
    }

    private static List<String> write(Llama model, String prompt, int tokens, Sampling sampling, int continuations) {
        var request = new GenerationRequest(prompt, OptionalInt.of(tokens), sampling, continuations);
        return model.generate(request, (_, _) -> {});
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tellsTheStory(String backend) {
        LlamaFiles files = LlamaFiles.of(SharedModels.file("stories260K.bin"));
        try (Llama model = Llama.load(files, Backends.attention(backend))) {
            assertEquals(backend, model.backend());
            StringBuilder told = new StringBuilder();
            String text = model.generate(GenerationRequest.greedy(""), (_, more) -> told.append(more))
                    .getFirst();
            assertEquals(text, told.toString());
            assertTrue(
                    text.startsWith(
                            "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
                                    + " One day, she saw a big, red ball. She wanted to play with it, but it was too high."),
                    text);
            // greedy text goes on from any of its beginnings
            assertTrue(text.startsWith(write(model, "Once upon a time, there", 20, Sampling.GREEDY, 1)
                    .getFirst()));
        }
    }

    @Test
    void aContinuationIsTheSameAloneAndAmongOthers() {
        LlamaFiles files = LlamaFiles.of(SharedModels.file("stories260K.bin"));
        try (Llama model = Llama.load(files, Backends.attention("vector"))) {
            String prompt = "Lily and Tom went to the park. ".repeat(4).strip();
            List<String> together = write(model, prompt, 60, new Sampling(1, 0.9, 40), 5);
            assertEquals(5, together.stream().distinct().count());
            for (int n = 0; n < 5; n++) {
                assertEquals(
                        write(model, prompt, 60, new Sampling(1, 0.9, 40 + n), 1)
                                .getFirst(),
                        together.get(n));
            }
        }
    }

    @Test
    void everyFormatGivesTheSameText() throws IOException {
        TinyLlama tiny = TinyLlama.random(8, 64, 21);
        Path bin = tiny.writeLlama2c(folder, "tiny.bin");
        Path hub = tiny.writeHuggingFace(folder);
        Optional<Path> vocabulary = Optional.of(folder.resolve("tok.bin"));
        List<String> texts = new ArrayList<>();
        for (LlamaFiles files : List.of(
                LlamaFiles.of(bin),
                LlamaFiles.of(tiny.writeGguf(Files.createDirectory(folder.resolve("f32")), 0)),
                LlamaFiles.of(tiny.writeGguf(Files.createDirectory(folder.resolve("f16")), 1)),
                new LlamaFiles(hub, vocabulary),
                new LlamaFiles(hub.resolve("model.safetensors"), vocabulary))) {
            try (Llama model = Llama.load(files, Backends.attention("reference"))) {
                texts.add(write(model, "ab cab", 20, Sampling.GREEDY, 1).getFirst());
            }
        }
        assertEquals(1, texts.stream().distinct().count(), texts.toString());
        assertTrue(texts.getFirst().startsWith("ab cab") && texts.getFirst().length() > 7, texts.toString());
    }

    @Test
    void refusesWhatDoesNotFitTheContext() throws IOException {
        Path bin = TinyLlama.random(8, 16, 22).writeLlama2c(folder, "tiny.bin");
        try (Llama model = Llama.load(LlamaFiles.of(bin), Attention.load())) {
            String message = assertThrows(
                            IllegalArgumentException.class, () -> write(model, "cccc", 11, Sampling.GREEDY, 1))
                    .getMessage();
            assertTrue(String.valueOf(message).contains("prompt=6 tokens, new=11, context=16"), message);
            message = assertThrows(
                            IllegalArgumentException.class,
                            () -> model.generate(GenerationRequest.greedy("c".repeat(15)), (_, _) -> {}))
                    .getMessage();
            assertTrue(String.valueOf(message).contains("prompt=17 tokens, new=1, context=16"), message);
            assertTrue(write(model, "cccc", 10, Sampling.GREEDY, 1).getFirst().startsWith("cccc"));
        }
    }

    @Test
    void saysThatATokenizerIsMissing() throws IOException {
        Path bin = TinyLlama.random(8, 16, 22).writeLlama2c(folder, "tiny.bin");
        Files.delete(folder.resolve("tok.bin"));
        String message = assertThrows(
                        heed.model.weights.ModelFileException.class,
                        () -> Llama.load(LlamaFiles.of(bin), Attention.load()))
                .getMessage();
        assertTrue(message.contains("must lie beside the model"), message);
    }

    @Test
    void aClosedModelSaysSo() throws IOException {
        Path bin = TinyLlama.random(8, 16, 22).writeLlama2c(folder, "tiny.bin");
        Llama model = Llama.load(LlamaFiles.of(bin), Attention.load());
        model.close();
        model.close();
        assertThrows(IllegalStateException.class, () -> write(model, "a", 1, Sampling.GREEDY, 1));
    }
}
