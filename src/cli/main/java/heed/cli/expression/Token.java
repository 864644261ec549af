package heed.cli.expression;

/// A word of an expression.
///
/// @param position of its first character, counted from 1
record Token(Kind kind, String text, int position) {
    enum Kind {
        NUMBER,
        NAME,
        SYMBOL,
        END
    }

    boolean is(String word) {
        return kind != Kind.END && text.equals(word);
    }

    /// As errors call it.
    String name() {
        return kind == Kind.END ? "the end" : "\"" + text + "\"";
    }
}
