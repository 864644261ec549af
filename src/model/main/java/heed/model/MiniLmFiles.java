package heed.model;

import heed.model.weights.ModelFileException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The two files of MiniLM.
///
/// @param weights the ONNX file
/// @param tokenizer the `tokenizer.json`
public record MiniLmFiles(Path weights, Path tokenizer) {
    private static final String RESOURCES = "/heed/model/all-minilm-l6-v2/";

    private static final Cache.Content WEIGHTS = new Cache.Content(
            "all-minilm-l6-v2.onnx", 90_387_606, "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e");

    private static final Cache.Content TOKENIZER = new Cache.Content(
            "all-minilm-l6-v2-tokenizer.json",
            711_661,
            "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0");

    /// The files of the folder that the system property `heed.model.dir` names; without it those of this module,
    /// unpacked into the user's cache when first asked for.
    ///
    /// @throws ModelFileException if the cache cannot be written
    public static MiniLmFiles find() {
        String given = System.getProperty("heed.model.dir");
        return given != null && !given.isBlank() ? in(Path.of(given)) : bundled(Cache.folder());
    }

    /// The files in `folder`, under the names they have in this module.
    public static MiniLmFiles in(Path folder) {
        return new MiniLmFiles(folder.resolve(WEIGHTS.name()), folder.resolve(TOKENIZER.name()));
    }

    static MiniLmFiles bundled(Path cache) {
        return new MiniLmFiles(
                Cache.file(cache, WEIGHTS, () -> open(WEIGHTS)), Cache.file(cache, TOKENIZER, () -> open(TOKENIZER)));
    }

    private static InputStream open(Cache.Content content) throws IOException {
        URL resource = MiniLmFiles.class.getResource(RESOURCES + content.name());
        if (resource == null) {
            throw new NoSuchFileException(RESOURCES + content.name() + " is missing from the heed-model jar");
        }
        return resource.openStream();
    }
}
