package heed.model;

import heed.model.text.GgufVocabulary;
import heed.model.text.JsonTokenizer;
import heed.model.text.Llama2cVocabulary;
import heed.model.text.TextTokenizer;
import heed.model.text.Tokenizer;
import heed.model.weights.GgufLlama;
import heed.model.weights.Llama2cFile;
import heed.model.weights.LlamaFile;
import heed.model.weights.ModelFileException;
import heed.model.weights.SafetensorsLlama;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where a Llama-family model lies.
///
/// | model                                           | its tokenizer, unless another is named            |
/// |-------------------------------------------------|---------------------------------------------------|
/// | llama2.c's checkpoint                           | `tok*.bin` beside it with the model's vocabulary  |
/// | GGUF                                            | in its metadata                                   |
/// | folder of `config.json` and `model.safetensors` | `tokenizer.json` in it                            |
///
/// @param model the file or folder
/// @param tokenizer a `tok*.bin` of llama2.c or a `tokenizer.json`
public record LlamaFiles(Path model, Optional<Path> tokenizer) {
    /// A model whose tokenizer is found by the table above.
    public static LlamaFiles of(Path model) {
        return new LlamaFiles(model, Optional.empty());
    }

    /// The tokenizer of `file`, opened.
    ///
    /// @throws ModelFileException if there is none, or it is not this model's
    TextTokenizer openTokenizer(LlamaFile file) {
        int vocabulary = file.weights().shape().vocabulary();
        return switch (file) {
            case Llama2cFile _ -> named(vocabulary, List.of()).orElseGet(() -> beside(vocabulary));
            case GgufLlama gguf -> named(vocabulary, List.of()).orElseGet(() -> GgufVocabulary.read(gguf.file()));
            case SafetensorsLlama hub -> {
                List<Integer> ends = hub.config().ends();
                yield named(vocabulary, ends).orElseGet(() -> json(hub.path().resolveSibling("tokenizer.json"), ends));
            }
        };
    }

    private Optional<TextTokenizer> named(int vocabulary, List<Integer> ends) {
        return tokenizer.map(file ->
                file.toString().endsWith(".json") ? json(file, ends) : Llama2cVocabulary.read(file, vocabulary));
    }

    private static TextTokenizer json(Path file, List<Integer> ends) {
        // a prompt that is too long is refused later, not cut here
        return new JsonTokenizer(Tokenizer.load(file, Integer.MAX_VALUE, Cache.folder()), ends);
    }

    private TextTokenizer beside(int vocabulary) {
        return Llama2cVocabulary.beside(model, vocabulary)
                .map(file -> Llama2cVocabulary.read(file, vocabulary))
                .orElseThrow(() -> new ModelFileException(
                        model,
                        "a tok*.bin with the model's %d tokens must lie beside the model: name a tokenizer",
                        vocabulary));
    }
}
