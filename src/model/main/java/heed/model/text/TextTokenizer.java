package heed.model.text;

/// From text to the tokens that a decoder goes on from, and from tokens back to text.
public sealed interface TextTokenizer extends AutoCloseable permits BpeTokenizer, JsonTokenizer {
    /// The tokens of `text`, the one that begins every text first; that alone for an empty text.
    int[] encode(String text);

    /// The text of `tokens`, which begin with the first of a text. Bytes at the end that are no whole
    /// character yet become U+FFFD.
    String decode(int... tokens);

    /// Whether a text ends where `token` comes.
    boolean isEnd(int token);

    /// Frees what lies off the heap.
    @Override
    void close();
}
