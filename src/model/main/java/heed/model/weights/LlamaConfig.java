package heed.model.weights;

import heed.attention.RotaryEmbedding;
import heed.attention.RotaryScaling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The `config.json` of a model of type `llama`.
///
/// @param shape the sizes it tells
/// @param sharesEmbedding whether the classifier is the embedding
/// @param ends tokens that end a text
public record LlamaConfig(LlamaShape shape, boolean sharesEmbedding, List<Integer> ends) {
    private static final Set<String> ACTIVATIONS = Set.of("silu", "swish");

    /// Keeps a copy of the tokens.
    public LlamaConfig {
        ends = List.copyOf(ends);
    }

    /// Reads `file`.
    ///
    /// @throws ModelFileException if it is missing, no JSON, or speaks of another kind of model
    public static LlamaConfig read(Path file) {
        if (!Files.exists(file)) {
            throw new ModelFileException(file, "the file must exist");
        }
        try {
            Parser parser = new Parser(file, JsonMapper.builder().build().readTree(file));
            parser.check();
            LlamaShape shape = LlamaShape.of(file, parser::shape);
            return new LlamaConfig(shape, parser.flag("tie_word_embeddings"), parser.ends());
        } catch (JacksonException malformed) {
            throw new ModelFileException(
                    file, malformed, "the configuration must be JSON: %s", malformed.getOriginalMessage());
        }
    }

    private record Parser(Path file, JsonNode json) {
        void check() {
            String type = json.path("model_type").asString("none");
            String activation = json.path("hidden_act").asString("silu");
            if (!type.equals("llama")) {
                throw new ModelFileException(file, "the model must be of type llama: model_type=%s", type);
            }
            if (!ACTIVATIONS.contains(activation)) {
                throw new ModelFileException(file, "the activation must be silu: hidden_act=%s", activation);
            }
            for (String bias : List.of("attention_bias", "mlp_bias")) {
                if (flag(bias)) {
                    throw new ModelFileException(file, "a model with biases is not read: %s=true", bias);
                }
            }
        }

        LlamaShape shape() {
            int width = size("hidden_size");
            int heads = size("num_attention_heads");
            int headDim = json.hasNonNull("head_dim") ? size("head_dim") : width / Math.max(1, heads);
            return new LlamaShape(
                    size("num_hidden_layers"),
                    width,
                    size("intermediate_size"),
                    heads,
                    json.hasNonNull("num_key_value_heads") ? size("num_key_value_heads") : heads,
                    headDim,
                    size("vocab_size"),
                    size("max_position_embeddings"),
                    json.path("rms_norm_eps").asDouble(1e-6),
                    new LlamaRotary(RotaryEmbedding.Pairing.HALF_SPLIT, headDim, base(), scaling()));
        }

        private double base() {
            return json.path("rope_parameters")
                    .path("rope_theta")
                    .asDouble(json.path("rope_theta").asDouble(10000));
        }

        private RotaryScaling scaling() {
            JsonNode scaling =
                    json.hasNonNull("rope_parameters") ? json.path("rope_parameters") : json.path("rope_scaling");
            String type =
                    scaling.path("rope_type").asString(scaling.path("type").asString("default"));
            return switch (type) {
                case "default" -> new RotaryScaling.None();
                case "linear" -> new RotaryScaling.Linear(number(scaling, "factor"));
                case "llama3" ->
                    new RotaryScaling.Llama3(
                            number(scaling, "factor"),
                            number(scaling, "low_freq_factor"),
                            number(scaling, "high_freq_factor"),
                            (int) number(scaling, "original_max_position_embeddings"));
                default ->
                    throw new ModelFileException(
                            file, "rope scaling must be default, linear or llama3: rope_type=%s", type);
            };
        }

        List<Integer> ends() {
            return Stream.of("bos_token_id", "eos_token_id")
                    .map(json::path)
                    .flatMap(node -> node.isArray() ? node.valueStream() : Stream.of(node))
                    .filter(JsonNode::isInt)
                    .map(JsonNode::asInt)
                    .toList();
        }

        boolean flag(String name) {
            return json.path(name).asBoolean(false);
        }

        private int size(String name) {
            JsonNode node = json.path(name);
            if (!node.isInt()) {
                throw new ModelFileException(
                        file, "the configuration must hold this whole number: name=%s, got %s", name, node);
            }
            return node.asInt();
        }

        private double number(JsonNode in, String name) {
            JsonNode node = in.path(name);
            if (!node.isNumber()) {
                throw new ModelFileException(file, "rope scaling must hold this number: name=%s, got %s", name, node);
            }
            return node.asDouble();
        }
    }
}
