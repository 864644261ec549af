package heed.model.text;

import heed.model.weights.ByteCursor;
import heed.model.weights.ModelFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A vocabulary of llama2.c: the length of the longest token, then for each its score, its length and its
/// bytes.
///
/// The file does not tell how many there are, nor what they are for: as with SentencePiece, the first three
/// are the unknown token, the beginning and the end.
public final class Llama2cVocabulary {
    private static final int UNKNOWN = 0;
    private static final int BEGIN = 1;
    private static final int END = 2;

    private Llama2cVocabulary() {}

    /// Reads `file`.
    ///
    /// @param vocabulary tokens that the model has
    /// @throws ModelFileException if it is missing, truncated, malformed or holds another number of tokens
    public static TextTokenizer read(Path file, int vocabulary) {
        List<Piece> pieces = ByteCursor.over(file, Llama2cVocabulary::pieces);
        if (pieces.size() != vocabulary) {
            throw new ModelFileException(
                    file,
                    "the tokenizer must have the model's tokens: model=%d, tokenizer=%d",
                    vocabulary,
                    pieces.size());
        }
        if (vocabulary <= END) {
            throw new ModelFileException(file, "a tokenizer must have at least 3 tokens: tokenizer=%d", vocabulary);
        }
        return new BpeTokenizer(pieces, BEGIN, Set.of(BEGIN, END), UNKNOWN);
    }

    /// The file called `tok*.bin` beside `model` that holds the model's number of tokens, the first by name.
    ///
    /// @throws ModelFileException if the folder cannot be listed
    public static Optional<Path> beside(Path model, int vocabulary) {
        Path folder = Optional.ofNullable(model.toAbsolutePath().getParent()).orElse(model);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> String.valueOf(file.getFileName()).matches("tok.*\\.bin"))
                    .sorted()
                    .filter(file -> holds(file, vocabulary))
                    .findFirst();
        } catch (IOException failure) {
            throw new ModelFileException(
                    folder, failure, "the folder must be readable: %s", ModelFileException.reason(failure));
        }
    }

    private static boolean holds(Path file, int vocabulary) {
        try {
            return ByteCursor.over(file, Llama2cVocabulary::pieces).size() == vocabulary;
        } catch (ModelFileException _) {
            return false; // something else of that name
        }
    }

    private static List<Piece> pieces(ByteCursor cursor) {
        int longest = cursor.int32("the length of the longest token");
        List<Piece> pieces = new ArrayList<>();
        while (cursor.left() > 0) {
            int token = pieces.size();
            String what = "token " + token;
            float score = cursor.f32(what);
            int length = cursor.int32(what);
            if (length < 0 || length > longest) {
                throw cursor.refusal(
                        "a token must not be longer than the longest: token=%d, length=%d, longest=%d",
                        token, length, longest);
            }
            pieces.add(piece(token, cursor.text(length, what), score));
        }
        return pieces;
    }

    private static Piece piece(int token, String text, float score) {
        Piece.Kind kind =
                token <= END ? Piece.Kind.CONTROL : Piece.looksLikeByte(text) ? Piece.Kind.BYTE : Piece.Kind.TEXT;
        return new Piece(text, score, kind);
    }
}
