package heed.model.weights;

import heed.attention.Tensor;
import java.util.ArrayList;
import java.util.List;

/// The tensors of a Llama-family decoder by their roles, whatever the file calls them: f32, f16 or bf16, where
/// they lie.
///
/// Matrices are `[out, in]`, as every one of the formats keeps them.
///
/// @param shape the model's sizes, which every tensor has been held against
/// @param embedding `[vocabulary, width]`
/// @param layers one for each block
/// @param norm the last norm, `[width]`
/// @param classifier `[vocabulary, width]`; the embedding itself where the two are shared
public record LlamaWeights(LlamaShape shape, Tensor embedding, List<Layer> layers, Tensor norm, Tensor classifier) {
    /// Keeps a copy of the layers.
    public LlamaWeights {
        layers = List.copyOf(layers);
    }

    /// The tensors of a block.
    ///
    /// @param attentionNorm before attention, `[width]`
    /// @param query `[queryHeads · headDim, width]`
    /// @param key `[kvHeads · headDim, width]`
    /// @param value `[kvHeads · headDim, width]`
    /// @param projection `[width, queryHeads · headDim]`
    /// @param innerNorm before the feed-forward matrices, `[width]`
    /// @param gate `[innerWidth, width]`
    /// @param up `[innerWidth, width]`
    /// @param down `[width, innerWidth]`
    public record Layer(
            Tensor attentionNorm,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor projection,
            Tensor innerNorm,
            Tensor gate,
            Tensor up,
            Tensor down) {}

    /// What a format calls the tensors; `%d` stands for the layer.
    record Names(
            String embedding,
            String attentionNorm,
            String query,
            String key,
            String value,
            String projection,
            String innerNorm,
            String gate,
            String up,
            String down,
            String norm,
            String classifier) {}

    /// Gives tensors by name.
    interface Source {
        /// The tensor called `name`, refused if it is of another shape.
        Tensor tensor(String name, int... shape);
    }

    /// Collects the tensors from `source`.
    ///
    /// @param shared whether the classifier is the embedding
    static LlamaWeights read(LlamaShape shape, Names names, boolean shared, Source source) {
        Tensor embedding = source.tensor(names.embedding, shape.vocabulary(), shape.width());
        List<Layer> layers = new ArrayList<>();
        for (int layer = 0; layer < shape.layers(); layer++) {
            layers.add(layer(shape, names, layer, source));
        }
        Tensor norm = source.tensor(names.norm, shape.width());
        Tensor classifier = shared ? embedding : source.tensor(names.classifier, shape.vocabulary(), shape.width());
        return new LlamaWeights(shape, embedding, layers, norm, classifier);
    }

    private static Layer layer(LlamaShape shape, Names names, int layer, Source source) {
        Source numbered = (name, sizes) -> source.tensor(name.formatted(layer), sizes);
        int width = shape.width();
        int inner = shape.innerWidth();
        return new Layer(
                numbered.tensor(names.attentionNorm, width),
                numbered.tensor(names.query, shape.queryWidth(), width),
                numbered.tensor(names.key, shape.kvWidth(), width),
                numbered.tensor(names.value, shape.kvWidth(), width),
                numbered.tensor(names.projection, width, shape.queryWidth()),
                numbered.tensor(names.innerNorm, width),
                numbered.tensor(names.gate, inner, width),
                numbered.tensor(names.up, inner, width),
                numbered.tensor(names.down, width, inner));
    }
}
