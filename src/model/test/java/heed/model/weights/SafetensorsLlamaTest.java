package heed.model.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import heed.attention.RotaryEmbedding;
import heed.attention.RotaryScaling;
import heed.model.TinyLlama;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsLlamaTest {
    @TempDir
    Path folder = Path.of("");

    @BeforeEach
    void write() throws IOException {
        TinyLlama.random(4, 8, 13).writeHuggingFace(folder);
    }

    private void edit(String from, String to) throws IOException {
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        assertTrue(text.contains(from), text);
        Files.writeString(config, text.replace(from, to));
    }

    private String refusal() {
        String message = assertThrows(ModelFileException.class, () -> LlamaFile.open(folder))
                .getMessage();
        assertEquals(1, message.lines().count());
        return message;
    }

    @Test
    void readsTheConfiguration() throws IOException {
        edit("\"rope_scaling\": null", """
                "rope_theta": 500000.0, "rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                "high_freq_factor": 4.0, "original_max_position_embeddings": 8192}""");
        try (SafetensorsLlama file = SafetensorsLlama.open(folder)) {
            assertEquals(List.of(1, 2), file.config().ends());
            assertEquals(
                    new LlamaRotary(
                            RotaryEmbedding.Pairing.HALF_SPLIT, 4, 500000, new RotaryScaling.Llama3(8, 1, 4, 8192)),
                    file.weights().shape().rotary());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\": \"llama\"     | \"model_type\": \"gpt2\"       | model_type=gpt2",
                "\"hidden_act\": \"silu\"      | \"hidden_act\": \"gelu\"       | hidden_act=gelu",
                "\"rope_scaling\": null        | \"attention_bias\": true       | attention_bias=true",
                "\"rope_scaling\": null        | \"rope_scaling\": {\"type\": \"dynamic\"} | rope_type=dynamic",
                "\"rope_scaling\": null        | \"rope_scaling\": {\"type\": \"linear\"}  | name=factor",
                "\"hidden_size\": 16           | \"hidden_size\": 24            | shape [272, 24]",
                "\"hidden_size\": 16           | \"hidden_size\": \"x\"         | name=hidden_size",
                "\"num_attention_heads\": 4    | \"num_attention_heads\": 1     | kvHeads must divide",
                "\"num_hidden_layers\": 2      | \"num_hidden_layers\": 3       | model.layers.2.input_layernorm.weight",
                "{\"model_type\"               | [\"model_type\"                | must be JSON",
            })
    void refusesOtherModels(String from, String to, String part) throws IOException {
        edit(from, to);
        String message = refusal();
        assertTrue(message.contains(part), message);
    }

    @Test
    void refusesFoldersThatLackAFile() throws IOException {
        Files.writeString(folder.resolve("model.safetensors.index.json"), "{}");
        assertTrue(refusal().contains("weights in several files"));
        Files.delete(folder.resolve("model.safetensors.index.json"));
        Files.delete(folder.resolve("model.safetensors"));
        assertTrue(refusal().contains("model.safetensors: the file must exist"));
        Files.delete(folder.resolve("config.json"));
        assertTrue(refusal().contains("config.json: the file must exist"));
    }
}
