package heed.model.weights;

import heed.attention.ElementType;
import heed.attention.RotaryEmbedding;
import heed.attention.RotaryScaling;
import heed.attention.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A checkpoint of llama2.c (<https://github.com/karpathy/llama2.c>), version 0: seven numbers, then f32
/// tensors in a fixed order, those of all layers together. Tensors are read where they lie.
///
/// ```
/// int32   dim hidden_dim n_layers n_heads n_kv_heads vocab_size seq_len     vocab_size < 0: wcls is there
/// f32     token_embedding  rms_att[L] wq[L] wk[L] wv[L] wo[L]  rms_ffn[L] w1[L] w2[L] w3[L]
///         rms_final  freq_cis_real freq_cis_imag  [wcls]
/// ```
public final class Llama2cFile implements LlamaFile {
    /// `ak42`, with which later versions begin.
    private static final int LATER = 0x616b3432;

    /// What run.c has them be.
    private static final double NORM_EPSILON = 1e-5;

    private static final double ROTARY_BASE = 10000;

    private final MappedFile file;
    private final LlamaWeights weights;

    private Llama2cFile(MappedFile file) {
        this.file = file;
        weights = new Sections(file).read();
    }

    /// Maps `path` and finds its tensors.
    ///
    /// @throws ModelFileException if it is missing, unreadable, truncated, too long or no such checkpoint
    public static Llama2cFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return new Llama2cFile(file);
        } catch (RuntimeException malformed) {
            file.close();
            throw malformed;
        }
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

    /// Takes one section after another.
    private static final class Sections {
        private final MappedFile file;
        private final ByteCursor cursor;

        Sections(MappedFile file) {
            this.file = file;
            cursor = new ByteCursor(file);
        }

        LlamaWeights read() {
            String what = "a llama2.c header of seven numbers";
            int[] header = new int[7];
            for (int n = 0; n < header.length; n++) {
                header[n] = cursor.int32(what);
                if (header[0] == LATER) {
                    throw cursor.refusal("a llama2.c checkpoint must be of version 0: export it with --version 0");
                }
            }
            boolean shared = header[5] > 0;
            LlamaShape shape = LlamaShape.of(file.path(), () -> shape(header));
            LlamaWeights weights = tensors(shape, shared);
            if (cursor.left() != 0) {
                throw cursor.refusal(
                        "the file must end with the tensors that its header tells: they end at byte %d, size=%d",
                        cursor.at(), cursor.at() + cursor.left());
            }
            return weights;
        }

        private static LlamaShape shape(int[] header) {
            int width = header[0];
            int heads = header[3];
            if (heads <= 0 || width <= 0 || width % heads != 0) {
                throw new IllegalArgumentException(
                        "n_heads must divide dim, is this a llama2.c checkpoint? dim=%d, n_heads=%d"
                                .formatted(width, heads));
            }
            int headDim = width / heads;
            var rotary = new LlamaRotary(
                    RotaryEmbedding.Pairing.INTERLEAVED, headDim, ROTARY_BASE, new RotaryScaling.None());
            int vocabulary = Math.absExact(header[5]);
            return new LlamaShape(
                    header[2],
                    width,
                    header[1],
                    heads,
                    header[4],
                    headDim,
                    vocabulary,
                    header[6],
                    NORM_EPSILON,
                    rotary);
        }

        private LlamaWeights tensors(LlamaShape shape, boolean shared) {
            int layers = shape.layers();
            int width = shape.width();
            int inner = shape.innerWidth();
            Tensor embedding = take("token_embedding", shape.vocabulary(), width);
            Tensor attentionNorm = take("rms_att", layers, width);
            Tensor query = take("wq", layers, shape.queryWidth(), width);
            Tensor key = take("wk", layers, shape.kvWidth(), width);
            Tensor value = take("wv", layers, shape.kvWidth(), width);
            Tensor projection = take("wo", layers, width, shape.queryWidth());
            Tensor innerNorm = take("rms_ffn", layers, width);
            Tensor gate = take("w1", layers, inner, width);
            Tensor down = take("w2", layers, width, inner);
            Tensor up = take("w3", layers, inner, width);
            Tensor norm = take("rms_final", width);
            // tables of the rotary embedding, which run.c no longer reads either
            take("freq_cis_real", shape.contextLen(), shape.headDim() / 2);
            take("freq_cis_imag", shape.contextLen(), shape.headDim() / 2);
            Tensor classifier = shared ? embedding : take("wcls", shape.vocabulary(), width);
            List<LlamaWeights.Layer> blocks = new ArrayList<>();
            for (int n = 0; n < layers; n++) {
                blocks.add(new LlamaWeights.Layer(
                        layer(attentionNorm, n),
                        layer(query, n),
                        layer(key, n),
                        layer(value, n),
                        layer(projection, n),
                        layer(innerNorm, n),
                        layer(gate, n),
                        layer(up, n),
                        layer(down, n)));
            }
            return new LlamaWeights(shape, embedding, blocks, norm, classifier);
        }

        private Tensor take(String name, int... sizes) {
            Shape shape = Shape.of(
                    file.path(),
                    name,
                    Arrays.stream(sizes).asLongStream().boxed().toList());
            return file.tensor(cursor.take(shape.bytes(Float.BYTES), name), ElementType.F32, sizes);
        }

        /// The part of `all` that is of layer `n`: without the first axis.
        private static Tensor layer(Tensor all, int n) {
            int[] sizes = Arrays.copyOfRange(all.shape(), 1, all.rank());
            long[] strides = new long[sizes.length];
            for (int axis = 0; axis < strides.length; axis++) {
                strides[axis] = all.stride(axis + 1);
            }
            return Tensor.strided(all.segment(), all.type(), all.offset() + n * all.stride(0), sizes, strides);
        }
    }
}
