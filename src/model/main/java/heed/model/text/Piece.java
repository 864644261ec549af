package heed.model.text;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.OptionalInt;

/// A token of a vocabulary.
///
/// @param text what it stands for; a space is a space
/// @param score of merging two others to it, the higher the sooner
/// @param kind what it is for
public record Piece(String text, float score, Kind kind) {
    /// What a token is for.
    public enum Kind {
        /// Text.
        TEXT,
        /// A byte of a character that the vocabulary lacks, written `<0xE2>`.
        BYTE,
        /// A mark, which is no text.
        CONTROL
    }

    /// The byte of [Kind#BYTE].
    OptionalInt byteValue() {
        return kind == Kind.BYTE ? OptionalInt.of(HexFormat.fromHexDigits(text, 3, 5)) : OptionalInt.empty();
    }

    /// Whether `text` is written like a byte.
    static boolean looksLikeByte(String text) {
        return text.matches("<0x[0-9A-Fa-f]{2}>");
    }

    /// What decoding writes.
    byte[] bytes() {
        return switch (kind) {
            case TEXT -> text.getBytes(StandardCharsets.UTF_8);
            case BYTE -> new byte[] {(byte) byteValue().orElseThrow()};
            case CONTROL -> new byte[0];
        };
    }
}
