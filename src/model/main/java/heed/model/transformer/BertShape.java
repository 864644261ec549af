package heed.model.transformer;

import heed.attention.AttentionSpec;

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

    /// Every token sees every other of its text.
    public AttentionSpec attention() {
        return AttentionSpec.builder(heads, width / heads).build();
    }
}
