package heed.cli.expression;

import heed.cli.input.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words of an expression, read from left to right.
final class Tokens {
    private static final Pattern WORD = Pattern.compile("""
            (?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)
            |(?<name>[A-Za-z_][A-Za-z_0-9]*)
            |(?<symbol><=|>=|==|!=|[-+*/<>(),\\[\\]])""", Pattern.COMMENTS);

    /// Each level of a tree is some ten calls deep while it is read, and one or two each time it is walked: this many
    /// words cannot exhaust a stack of the usual size.
    private static final int MOST = 500;

    private final String option;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    Tokens(String option, String text) {
        this.option = option;
        this.text = text;
        int at = skipSpace(0);
        Matcher matcher = WORD.matcher(text);
        while (at < text.length()) {
            if (!matcher.region(at, text.length()).lookingAt()) {
                throw refusal("a number, a name or an operator", at + 1, "\"" + text.charAt(at) + "\"");
            }
            tokens.add(new Token(kind(matcher), matcher.group(), at + 1));
            at = skipSpace(matcher.end());
        }
        if (tokens.size() > MOST) {
            throw new InputException(
                    "%s must have at most %d numbers, names and operators: it has %d", option, MOST, tokens.size());
        }
        tokens.add(new Token(Token.Kind.END, "", text.length() + 1));
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static Token.Kind kind(Matcher matcher) {
        if (matcher.group("number") != null) {
            return Token.Kind.NUMBER;
        }
        return matcher.group("name") != null ? Token.Kind.NAME : Token.Kind.SYMBOL;
    }

    /// The word that comes next.
    Token peek() {
        return tokens.get(next);
    }

    /// The word that comes next, which is left behind; there is no way past the end.
    Token take() {
        Token token = peek();
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    /// Leaves `word` behind if it comes next; whether it does.
    boolean accept(String word) {
        boolean comes = peek().is(word);
        if (comes) {
            take();
        }
        return comes;
    }

    /// Leaves `word` behind, which must come next.
    void expect(String word) {
        if (!accept(word)) {
            throw refusal("\"" + word + "\"", peek());
        }
    }

    /// What is said where `expected` should stand instead of `found`.
    InputException refusal(String expected, Token found) {
        return refusal(expected, found.position(), found.name());
    }

    InputException refusal(String expected, int position, String found) {
        return new InputException(
                "%s must have %s at position %d: found %s, %s=%s", option, expected, position, found, option, text);
    }
}
