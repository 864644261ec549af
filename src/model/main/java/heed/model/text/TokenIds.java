package heed.model.text;

/// A text as a model reads it.
///
/// @param ids numbers of the tokens, the special ones at both ends included; not to be changed
/// @param truncated whether the text had more tokens than the model can read
public record TokenIds(int[] ids, boolean truncated) {
    /// Tokens, the special ones included.
    public int count() {
        return ids.length;
    }
}
