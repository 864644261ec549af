package heed.model.transformer;

import heed.attention.AttentionSpec;
import heed.model.weights.OnnxFile;

/// The sizes of a BERT encoder (Devlin et al. 2018, arXiv:1810.04805).
///
/// @param layers blocks of attention and feed-forward
/// @param width elements of a token's state
/// @param heads attention heads, each `width / heads` wide
/// @param innerWidth elements between the two feed-forward matrices
/// @param vocabulary tokens there are
/// @param maxTokens positions there are
/// @param tokenTypes kinds of text that can be told apart
/// @param normEpsilon of every layer norm
public record BertShape(
        int layers,
        int width,
        int heads,
        int innerWidth,
        int vocabulary,
        int maxTokens,
        int tokenTypes,
        double normEpsilon) {
    /// all-MiniLM-L6-v2.
    public static final BertShape MINI_LM = new BertShape(6, 384, 12, 1536, 30522, 512, 2, 1e-12);

    /// The sizes of the encoder in `file`, by the shapes of its weights. The number of heads is in no weight.
    ///
    /// @throws heed.model.weights.ModelFileException if a weight is missing that tells a size
    /// @throws IllegalArgumentException if `heads` does not divide the width
    public static BertShape of(OnnxFile file, int heads) {
        int[] words = file.shape("embeddings.word_embeddings.weight");
        int width = words[1];
        int layers = 0;
        while (file.names().contains("encoder.layer." + layers + ".output.dense.bias")) {
            layers++;
        }
        if (heads < 1 || width % heads != 0) {
            throw new IllegalArgumentException(
                    "heads must divide the width: heads=%d, width=%d".formatted(heads, width));
        }
        return new BertShape(
                layers,
                width,
                heads,
                file.shape("encoder.layer.0.intermediate.dense.bias")[0],
                words[0],
                file.shape("embeddings.position_embeddings.weight")[0],
                file.shape("embeddings.token_type_embeddings.weight")[0],
                MINI_LM.normEpsilon);
    }

    /// Every token sees every other of its text.
    public AttentionSpec attention() {
        return AttentionSpec.builder(heads, width / heads).build();
    }
}
