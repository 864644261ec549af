package heed.model.text;

import heed.model.weights.GgufFile;
import heed.model.weights.GgufValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The vocabulary in a GGUF file's metadata, of model `llama`: pieces of SentencePiece with their scores.
public final class GgufVocabulary {
    private static final String PREFIX = "tokenizer.ggml.";

    /// How SentencePiece writes a space.
    private static final String SPACE = "\u2581";

    /// Types of tokens: 1 is text, as is 4, which users add.
    private static final long TEXT = 1;

    private static final long USER_DEFINED = 4;
    private static final long BYTE = 6;

    private final GgufFile file;

    private GgufVocabulary(GgufFile file) {
        this.file = file;
    }

    /// Reads the vocabulary of `file`.
    ///
    /// @throws heed.model.weights.ModelFileException if there is none, or one of another model
    public static TextTokenizer read(GgufFile file) {
        return new GgufVocabulary(file).read();
    }

    private TextTokenizer read() {
        String model = file.text(PREFIX + "model").orElse("none");
        if (!model.equals("llama")) {
            throw file.refusal("the tokenizer must be of model llama: %smodel=%s", PREFIX, model);
        }
        List<GgufValue> texts = list("tokens", -1);
        List<GgufValue> scores = list("scores", texts.size());
        List<GgufValue> types = list("token_type", texts.size());
        List<Piece> pieces = new ArrayList<>();
        for (int token = 0; token < texts.size(); token++) {
            if (texts.get(token) instanceof GgufValue.Text(String text)
                    && scores.get(token) instanceof GgufValue.Real(double score)
                    && types.get(token) instanceof GgufValue.Whole(long type)) {
                pieces.add(piece(text, (float) score, type));
            } else {
                throw file.refusal("a token must have a text, a score and a type: token=%d", token);
            }
        }
        int begin = token("bos_token_id", 1, pieces.size());
        int end = token("eos_token_id", 2, pieces.size());
        return new BpeTokenizer(pieces, begin, Set.of(begin, end), token("unknown_token_id", 0, pieces.size()));
    }

    private static Piece piece(String text, float score, long type) {
        if (type == BYTE && Piece.looksLikeByte(text)) {
            return new Piece(text, score, Piece.Kind.BYTE);
        }
        boolean isText = type == TEXT || type == USER_DEFINED;
        return new Piece(text.replace(SPACE, " "), score, isText ? Piece.Kind.TEXT : Piece.Kind.CONTROL);
    }

    private List<GgufValue> list(String key, int size) {
        Optional<GgufValue> given = Optional.ofNullable(file.metadata().get(PREFIX + key));
        if (given.isPresent()
                && given.get() instanceof GgufValue.Many(var values)
                && (size < 0 || values.size() == size)) {
            return values;
        }
        throw file.refusal("the metadata must hold an array with an entry for each token: key=%s%s", PREFIX, key);
    }

    private int token(String key, int otherwise, int vocabulary) {
        long token = file.whole(PREFIX + key).orElse((long) otherwise);
        if (token < 0 || token >= vocabulary) {
            throw file.refusal(
                    "a token must be in the vocabulary: %s%s=%d, vocabulary=%d", PREFIX, key, token, vocabulary);
        }
        return (int) token;
    }
}
