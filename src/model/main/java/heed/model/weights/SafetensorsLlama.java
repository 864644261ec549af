package heed.model.weights;

import heed.attention.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A model of type `llama` as Hugging Face keeps them: a folder with `config.json` and `model.safetensors`.
public final class SafetensorsLlama implements LlamaFile {
    private static final LlamaWeights.Names NAMES = new LlamaWeights.Names(
            "model.embed_tokens.weight",
            "model.layers.%d.input_layernorm.weight",
            "model.layers.%d.self_attn.q_proj.weight",
            "model.layers.%d.self_attn.k_proj.weight",
            "model.layers.%d.self_attn.v_proj.weight",
            "model.layers.%d.self_attn.o_proj.weight",
            "model.layers.%d.post_attention_layernorm.weight",
            "model.layers.%d.mlp.gate_proj.weight",
            "model.layers.%d.mlp.up_proj.weight",
            "model.layers.%d.mlp.down_proj.weight",
            "model.norm.weight",
            "lm_head.weight");

    private final Path path;
    private final SafetensorsFile file;
    private final LlamaConfig config;
    private final LlamaWeights weights;

    private SafetensorsLlama(Path path, LlamaConfig config, SafetensorsFile file) {
        this.path = path;
        this.config = config;
        this.file = file;
        weights = LlamaWeights.read(config.shape(), NAMES, config.sharesEmbedding(), this::tensor);
    }

    /// Reads the configuration in `folder`, maps the weights and finds the tensors.
    ///
    /// @throws ModelFileException if one of them is missing, unreadable, truncated or of another kind of model
    public static SafetensorsLlama open(Path folder) {
        LlamaConfig config = LlamaConfig.read(folder.resolve("config.json"));
        Path index = folder.resolve("model.safetensors.index.json");
        if (Files.exists(index)) {
            throw new ModelFileException(
                    index, "weights in several files are not read: join them to model.safetensors");
        }
        return of(folder.resolve("model.safetensors"), config);
    }

    /// As [#open], with weights in `file`, whatever its name, and the configuration beside it.
    static SafetensorsLlama of(Path file) {
        return of(file, LlamaConfig.read(file.resolveSibling("config.json")));
    }

    private static SafetensorsLlama of(Path path, LlamaConfig config) {
        SafetensorsFile file = SafetensorsFile.open(path);
        try {
            return new SafetensorsLlama(path, config, file);
        } catch (RuntimeException malformed) {
            file.close();
            throw malformed;
        }
    }

    /// What `config.json` says.
    public LlamaConfig config() {
        return config;
    }

    private Tensor tensor(String name, int... shape) {
        Tensor tensor = file.tensor(name);
        boolean real = switch (tensor.type()) {
            case F32, F16, BF16 -> true;
            case F64, BOOL, INT8, INT4 -> false;
        };
        if (!real || !Arrays.equals(tensor.shape(), shape)) {
            throw new ModelFileException(
                    path,
                    "a weight must be of type F32, F16 or BF16 and of the model's shape %s: name=%s, got %s",
                    Arrays.toString(shape),
                    name,
                    tensor);
        }
        return tensor;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public LlamaWeights weights() {
        return weights;
    }

    @Override
    public void close() {
        file.close();
    }
}
