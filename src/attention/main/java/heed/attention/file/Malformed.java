package heed.attention.file;

import java.nio.file.Path;

/// The wording of refusals of a file: the file, the rule, the value, on one line.
record Malformed(Path file) {
    private static final int BRIEF = 80;

    void unless(boolean condition, String rule, Object value) {
        if (!condition) {
            throw because(rule, value);
        }
    }

    IllegalArgumentException because(String rule, Object value) {
        return new IllegalArgumentException("%s: %s: got %s".formatted(file, rule, value));
    }

    /// Text from a file, short and printable.
    static String brief(String text) {
        String printable = text.strip().replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() <= BRIEF ? printable : printable.substring(0, BRIEF) + "…";
    }
}
