package heed.model.weights;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A file, or a folder of files, with a Llama-family model, mapped. Its tensors live until [#close].
public sealed interface LlamaFile extends AutoCloseable permits Llama2cFile, GgufLlama, SafetensorsLlama {
    /// Maps `path`: a folder of Hugging Face's or the `.safetensors` file in it, a GGUF file, or else a
    /// checkpoint of llama2.c.
    ///
    /// @throws ModelFileException if it is missing, unreadable, truncated or none of these
    static LlamaFile open(Path path) {
        if (Files.isDirectory(path)) {
            return SafetensorsLlama.open(path);
        }
        if (path.toString().endsWith(".safetensors")) {
            return SafetensorsLlama.of(path);
        }
        return isGguf(path) ? GgufLlama.open(path) : Llama2cFile.open(path);
    }

    private static boolean isGguf(Path path) {
        try (MappedFile file = MappedFile.open(path)) {
            byte[] magic = GgufReader.MAGIC.getBytes(StandardCharsets.US_ASCII);
            return file.bytes().byteSize() >= magic.length
                    && Arrays.equals(
                            magic, file.bytes().asSlice(0, magic.length).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /// Where it lies.
    Path path();

    /// The model's sizes and tensors.
    LlamaWeights weights();

    /// Unmaps the file: its tensors are dead then.
    @Override
    void close();
}
