package heed.model;

import heed.attention.Tensor;
import heed.model.weights.GgufBytes;
import heed.model.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// A random model and its vocabulary, written as each of the formats has it.
///
/// Tokens: the three special ones, the 256 bytes, the space and the letters `a` to `h`, ` a`, `ab`, ` ab`.
public record TinyLlama(
        int layers, int width, int inner, int heads, int kvHeads, int context, Map<String, Tensor> tensors) {
    private static final List<String> TEXTS =
            List.of(" ", "a", "b", "c", "d", "e", "f", "g", "h", " a", "ab", " ab", "\u00e9");

    /// Tokens of the vocabulary.
    public static final int VOCABULARY = 3 + 256 + TEXTS.size();

    /// One of heads of `headDim` elements, two query heads to a kv head.
    public static TinyLlama random(int headDim, int context, long seed) {
        int heads = 4;
        int kvHeads = 2;
        int width = heads * headDim;
        int kvWidth = kvHeads * headDim;
        int inner = width + 12;
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("embedding", matrix(random, VOCABULARY, width));
        for (int layer = 0; layer < 2; layer++) {
            tensors.put(layer + ".attentionNorm", ones(random, width));
            tensors.put(layer + ".query", matrix(random, width, width));
            tensors.put(layer + ".key", matrix(random, kvWidth, width));
            tensors.put(layer + ".value", matrix(random, kvWidth, width));
            tensors.put(layer + ".projection", matrix(random, width, width));
            tensors.put(layer + ".innerNorm", ones(random, width));
            tensors.put(layer + ".gate", matrix(random, inner, width));
            tensors.put(layer + ".down", matrix(random, width, inner));
            tensors.put(layer + ".up", matrix(random, inner, width));
        }
        tensors.put("norm", ones(random, width));
        tensors.put("classifier", matrix(random, VOCABULARY, width));
        return new TinyLlama(2, width, inner, heads, kvHeads, context, tensors);
    }

    /// Numbers that f16 has, so that every format can hold them.
    private static Tensor matrix(Random random, int rows, int columns) {
        Tensor matrix = Tensor.of(new float[rows * columns], rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                matrix.set(f16(random.nextGaussian() / 4), i, j);
            }
        }
        return matrix;
    }

    private static Tensor ones(Random random, int size) {
        Tensor vector = Tensor.of(new float[size], size);
        for (int j = 0; j < size; j++) {
            vector.set(f16(1 + random.nextGaussian() / 16), j);
        }
        return vector;
    }

    private static float f16(double value) {
        return Float.float16ToFloat(Float.floatToFloat16((float) value));
    }

    private Tensor of(int layer, String role) {
        return Objects.requireNonNull(tensors.get(layer + "." + role));
    }

    private Tensor of(String role) {
        return Objects.requireNonNull(tensors.get(role));
    }

    /// Sections of a llama2.c checkpoint by name, the header first; the classifier is its own.
    public Map<String, byte[]> sections() {
        Map<String, byte[]> sections = new LinkedHashMap<>();
        ByteBuffer header = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : new int[] {width, inner, layers, heads, kvHeads, -VOCABULARY, context}) {
            header.putInt(number);
        }
        sections.put("header", header.array());
        sections.put("token_embedding", bytes(of("embedding")));
        String[][] names = {
            {"rms_att", "attentionNorm"},
            {"wq", "query"},
            {"wk", "key"},
            {"wv", "value"},
            {"wo", "projection"},
            {"rms_ffn", "innerNorm"},
            {"w1", "gate"},
            {"w2", "down"},
            {"w3", "up"}
        };
        for (String[] name : names) {
            Tensor[] all = new Tensor[layers];
            Arrays.setAll(all, layer -> of(layer, name[1]));
            sections.put(name[0], bytes(all));
        }
        sections.put("rms_final", bytes(of("norm")));
        sections.put("freq_cis_real", new byte[4 * context * width / heads / 2]);
        sections.put("freq_cis_imag", new byte[4 * context * width / heads / 2]);
        sections.put("wcls", bytes(of("classifier")));
        return sections;
    }

    /// Writes `name` in `folder` as llama2.c has it, with its `tok.bin` beside.
    public Path writeLlama2c(Path folder, String name) throws IOException {
        Files.write(folder.resolve("tok.bin"), vocabularyBytes());
        return Files.write(folder.resolve(name), join(sections().values()));
    }

    /// Writes `tiny.gguf`, matrices of GGUF's type `type`, 0 for F32, 1 for F16, the vocabulary among the
    /// metadata.
    public Path writeGguf(Path folder, int type) throws IOException {
        GgufBytes gguf = new GgufBytes()
                .text("general.architecture", "llama")
                .whole("llama.block_count", layers)
                .whole("llama.embedding_length", width)
                .whole("llama.feed_forward_length", inner)
                .whole("llama.attention.head_count", heads)
                .whole("llama.attention.head_count_kv", kvHeads)
                .whole("llama.context_length", context)
                .real("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .text("tokenizer.ggml.model", "llama")
                .texts(
                        "tokenizer.ggml.tokens",
                        pieces().stream().map(p -> p.replace(" ", "\u2581")).toList())
                .reals("tokenizer.ggml.scores", scores())
                .wholes("tokenizer.ggml.token_type", types());
        gguf.tensor("token_embd.weight", type, of("embedding"));
        String[][] names = {
            {"attn_norm", "attentionNorm"}, {"attn_q", "query"}, {"attn_k", "key"}, {"attn_v", "value"},
            {"attn_output", "projection"}, {"ffn_norm", "innerNorm"}, {"ffn_gate", "gate"}, {"ffn_up", "up"},
            {"ffn_down", "down"}
        };
        for (int layer = 0; layer < layers; layer++) {
            for (String[] name : names) {
                int of = name[0].endsWith("norm") ? 0 : type;
                gguf.tensor("blk." + layer + "." + name[0] + ".weight", of, of(layer, name[1]));
            }
        }
        gguf.tensor("output_norm.weight", 0, of("norm")).tensor("output.weight", type, of("classifier"));
        return Files.write(folder.resolve("tiny.gguf"), gguf.toBytes());
    }

    /// Writes the two files of Hugging Face's, with the rows of query and key in halves.
    public Path writeHuggingFace(Path folder) throws IOException {
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "llama", "hidden_act": "silu", "hidden_size": %d, "intermediate_size": %d,
                 "num_hidden_layers": %d, "num_attention_heads": %d, "num_key_value_heads": %d, "vocab_size": %d,
                 "max_position_embeddings": %d, "rms_norm_eps": 1e-5, "tie_word_embeddings": false,
                 "bos_token_id": 1, "eos_token_id": [2], "rope_scaling": null}
                """.formatted(
                        width, inner, layers, heads, kvHeads, VOCABULARY, context));
        String[][] names = {
            {"input_layernorm", "attentionNorm"},
            {"self_attn.q_proj", "query"},
            {"self_attn.k_proj", "key"},
            {"self_attn.v_proj", "value"},
            {"self_attn.o_proj", "projection"},
            {"post_attention_layernorm", "innerNorm"},
            {"mlp.gate_proj", "gate"},
            {"mlp.up_proj", "up"},
            {"mlp.down_proj", "down"}
        };
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.put("model.embed_tokens.weight", of("embedding"));
        for (int layer = 0; layer < layers; layer++) {
            for (String[] name : names) {
                Tensor tensor = of(layer, name[1]);
                boolean turned = name[1].equals("query") || name[1].equals("key");
                all.put("model.layers." + layer + "." + name[0] + ".weight", turned ? halves(tensor) : tensor);
            }
        }
        all.put("model.norm.weight", of("norm"));
        all.put("lm_head.weight", of("classifier"));
        SafetensorsWriter.write(folder.resolve("model.safetensors"), all);
        return folder;
    }

    /// Rows that were neighbours, half a head apart.
    private Tensor halves(Tensor matrix) {
        int dim = width / heads;
        Tensor turned = Tensor.of(new float[matrix.size(0) * width], matrix.size(0), width);
        for (int i = 0; i < matrix.size(0); i++) {
            int to = i - i % dim + i % dim / 2 + i % 2 * (dim / 2);
            for (int j = 0; j < width; j++) {
                turned.set(matrix.get(i, j), to, j);
            }
        }
        return turned;
    }

    /// The tokens' texts as llama2.c has them.
    public static List<String> pieces() {
        List<String> pieces = new ArrayList<>(List.of("<unk>", "\n<s>\n", "\n</s>\n"));
        for (int value = 0; value < 256; value++) {
            pieces.add("<0x%02X>".formatted(value));
        }
        pieces.addAll(TEXTS);
        return pieces;
    }

    private static List<Float> scores() {
        List<Float> scores = new ArrayList<>();
        for (int token = 0; token < VOCABULARY; token++) {
            scores.add((float) -Math.max(0, token - 258));
        }
        return scores;
    }

    private static List<Integer> types() {
        List<Integer> types = new ArrayList<>();
        for (int token = 0; token < VOCABULARY; token++) {
            types.add(token == 0 ? 2 : token < 3 ? 3 : token < 259 ? 6 : 1);
        }
        return types;
    }

    /// A vocabulary file of llama2.c.
    public static byte[] vocabularyBytes() {
        List<byte[]> parts = new ArrayList<>();
        parts.add(
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(7).array());
        for (int token = 0; token < VOCABULARY; token++) {
            byte[] text = pieces().get(token).getBytes(StandardCharsets.UTF_8);
            parts.add(ByteBuffer.allocate(8 + text.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(scores().get(token))
                    .putInt(text.length)
                    .put(text)
                    .array());
        }
        return join(parts);
    }

    /// The elements in f32.
    static byte[] bytes(Tensor... tensors) {
        List<byte[]> parts = new ArrayList<>();
        for (Tensor tensor : tensors) {
            parts.add(tensor.segment().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
        }
        return join(parts);
    }

    /// One after another.
    public static byte[] join(Iterable<byte[]> parts) {
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }
}
