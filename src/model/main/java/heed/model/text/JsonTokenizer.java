package heed.model.text;

import java.util.Collection;
import java.util.Set;

/// The tokenizer of a `tokenizer.json`, which itself says what begins a text.
public final class JsonTokenizer implements TextTokenizer {
    private final Tokenizer tokenizer;
    private final Set<Integer> ends;

    /// A tokenizer that closes `tokenizer`.
    ///
    /// @param ends tokens that end a text
    public JsonTokenizer(Tokenizer tokenizer, Collection<Integer> ends) {
        this.tokenizer = tokenizer;
        this.ends = Set.copyOf(ends);
    }

    @Override
    public int[] encode(String text) {
        return tokenizer.encode(text).ids();
    }

    @Override
    public String decode(int... tokens) {
        return tokenizer.decode(tokens);
    }

    @Override
    public boolean isEnd(int token) {
        return ends.contains(token);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
