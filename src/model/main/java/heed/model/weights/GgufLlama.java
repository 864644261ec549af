package heed.model.weights;

import heed.attention.RotaryEmbedding;
import heed.attention.RotaryScaling;
import java.nio.file.Path;
import java.util.Optional;

/// A model of architecture `llama` in a GGUF file.
public final class GgufLlama implements LlamaFile {
    private static final String ARCHITECTURE = "general.architecture";

    private static final LlamaWeights.Names NAMES = new LlamaWeights.Names(
            "token_embd.weight",
            "blk.%d.attn_norm.weight",
            "blk.%d.attn_q.weight",
            "blk.%d.attn_k.weight",
            "blk.%d.attn_v.weight",
            "blk.%d.attn_output.weight",
            "blk.%d.ffn_norm.weight",
            "blk.%d.ffn_gate.weight",
            "blk.%d.ffn_up.weight",
            "blk.%d.ffn_down.weight",
            "output_norm.weight",
            "output.weight");

    private final GgufFile file;
    private final LlamaWeights weights;

    private GgufLlama(GgufFile file) {
        this.file = file;
        Settings settings = new Settings(file);
        settings.check();
        LlamaShape shape = LlamaShape.of(file.path(), settings::shape);
        weights = LlamaWeights.read(shape, NAMES, !file.names().contains(NAMES.classifier()), file::tensor);
    }

    /// Maps `path` and finds its tensors.
    ///
    /// @throws ModelFileException if it is missing, unreadable, truncated, no GGUF file or of another
    ///     architecture
    public static GgufLlama open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return new GgufLlama(file);
        } catch (RuntimeException malformed) {
            file.close();
            throw malformed;
        }
    }

    /// The file, whose metadata holds the vocabulary too.
    public GgufFile file() {
        return file;
    }

    @Override
    public Path path() {
        return file.path();
    }

    @Override
    public LlamaWeights weights() {
        return weights;
    }

    @Override
    public void close() {
        file.close();
    }

    /// The metadata of a llama.
    private record Settings(GgufFile file) {
        void check() {
            String architecture = file.text(ARCHITECTURE).orElse("none");
            if (!architecture.equals("llama")) {
                throw file.refusal("the model must be of architecture llama: %s=%s", ARCHITECTURE, architecture);
            }
            if (file.names().contains("rope_freqs.weight")) {
                throw file.refusal("a model with frequencies of its own is not read: name=rope_freqs.weight");
            }
            if (file.whole("llama.expert_count").orElse(0L) > 0) {
                throw file.refusal("a model with experts is not read: llama.expert_count");
            }
        }

        LlamaShape shape() {
            int width = size("embedding_length");
            int heads = size("attention.head_count");
            int headDim = sizeIfGiven("attention.key_length").orElse(width / Math.max(1, heads));
            int vocabulary = Optional.ofNullable(file.metadata().get("tokenizer.ggml.tokens"))
                    .map(tokens -> tokens instanceof GgufValue.Many(var values) ? values.size() : 0)
                    .or(() -> sizeIfGiven("vocab_size"))
                    .orElseThrow(() -> missing("vocab_size"));
            return new LlamaShape(
                    size("block_count"),
                    width,
                    size("feed_forward_length"),
                    heads,
                    sizeIfGiven("attention.head_count_kv").orElse(heads),
                    headDim,
                    vocabulary,
                    size("context_length"),
                    file.real("llama.attention.layer_norm_rms_epsilon")
                            .orElseThrow(() -> missing("attention.layer_norm_rms_epsilon")),
                    rotary(headDim));
        }

        /// The converter has permuted the rows of query and key back to neighbours.
        private LlamaRotary rotary(int headDim) {
            return new LlamaRotary(
                    RotaryEmbedding.Pairing.INTERLEAVED,
                    sizeIfGiven("rope.dimension_count").orElse(headDim),
                    file.real("llama.rope.freq_base").orElse(10000.0),
                    scaling());
        }

        private RotaryScaling scaling() {
            String type = file.text("llama.rope.scaling.type").orElse("none");
            return switch (type) {
                case "none" -> new RotaryScaling.None();
                case "linear" ->
                    new RotaryScaling.Linear(
                            file.real("llama.rope.scaling.factor").orElseThrow(() -> missing("rope.scaling.factor")));
                default -> throw file.refusal("rope scaling must be none or linear: llama.rope.scaling.type=%s", type);
            };
        }

        private int size(String key) {
            return sizeIfGiven(key).orElseThrow(() -> missing(key));
        }

        private Optional<Integer> sizeIfGiven(String key) {
            return file.whole("llama." + key).map(Math::toIntExact);
        }

        private ModelFileException missing(String key) {
            return file.refusal("the metadata must hold this number: key=llama.%s", key);
        }
    }
}
