package heed.model.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import heed.model.weights.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Cuts texts into the tokens of a `tokenizer.json`, by Hugging Face's own library.
///
/// What the file says of truncation and padding is overruled: a text keeps up to `maxTokens` tokens and gets no
/// padding.
public final class Tokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /// Reads `file`.
    ///
    /// @param maxTokens the most tokens of a text, special ones included
    /// @param cache where the library unpacks its native part
    /// @throws ModelFileException if the file is missing or no tokenizer, or the library does not load here
    public static Tokenizer load(Path file, int maxTokens, Path cache) {
        Map<String, String> options = Map.of(
                "padding",
                "false",
                "truncation",
                "true",
                "maxLength",
                Integer.toString(maxTokens),
                "modelMaxLength",
                Integer.toString(maxTokens));
        try (InputStream json = Files.newInputStream(file);
                var _ = new DjlOffline(cache)) {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(json, options));
        } catch (NoSuchFileException missing) {
            throw new ModelFileException(file, missing, "the file must exist");
        } catch (IOException | RuntimeException | LinkageError failure) {
            throw new ModelFileException(
                    file, failure, "the tokenizer must load: %s", ModelFileException.reason(failure));
        }
    }

    /// The tokens of `text`. Halves of surrogate pairs, which no encoding can carry, count as question marks.
    public TokenIds encode(String text) {
        Encoding encoding = encoding(text);
        int[] ids = Arrays.stream(encoding.getIds()).mapToInt(Math::toIntExact).toArray();
        return new TokenIds(ids, encoding.exceedMaxLength());
    }

    /// The tokens of `text` as the vocabulary writes them: `[CLS]`, `token`, `##izer`, `[SEP]`.
    public List<String> pieces(String text) {
        return List.of(encoding(text).getTokens());
    }

    private Encoding encoding(String text) {
        return tokenizer.encode(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    /// The text of `tokens`, without the special ones.
    public String decode(int... tokens) {
        return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
