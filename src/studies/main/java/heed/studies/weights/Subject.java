package heed.studies.weights;

import heed.model.EncoderProbe;
import heed.studies.claim.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// A model that is looked for: MiniLM, which comes with Heed, and others in a folder of the user's.
///
/// @param name of the model
/// @param about what it is, in a sentence
/// @param full whether it is left out of a quick run
/// @param files that must be in the folder; none for MiniLM
/// @param opener opens it, given the folder
record Subject(String name, String about, boolean full, List<String> files, BiFunction<Path, Lab, RealModel> opener) {
    private static final String PROPERTY = "heed.study.models";
    private static final String VARIABLE = "HEED_MODELS";

    /// Both encoders' heads.
    private static final int HEADS = 12;

    /// Where the folder is named.
    static final String WHERE = "system property " + PROPERTY + " or environment variable " + VARIABLE;

    static List<Subject> all() {
        return List.of(
                new Subject(
                        "MiniLM",
                        "all-MiniLM-L6-v2, a sentence encoder of 6 layers with 12 heads, 384 wide, distilled from a larger one.",
                        false,
                        List.of(),
                        (_, lab) -> new EncoderModel("MiniLM", EncoderProbe.miniLm(lab.attention(), lab.gemm()))),
                encoder(
                        "bge-small",
                        "bge-small-en-v1.5, a sentence encoder of 12 layers with 12 heads, 384 wide.",
                        "bge-small-en-v1.5.onnx",
                        "bge-small-en-v1.5-tokenizer.json"),
                new Subject(
                        "stories260K",
                        "stories260K, a decoder of the Llama family with 5 layers, 8 query heads on 4 key heads, 64 wide, trained on "
                                + "children's stories.",
                        false,
                        List.of("stories260K.bin", "tok512.bin"),
                        (folder, lab) -> DecoderModel.open(
                                "stories260K", folder.resolve("stories260K.bin"), lab.attention(), lab.gemm())));
    }

    private static Subject encoder(String name, String about, String weights, String tokenizer) {
        return new Subject(
                name,
                about,
                true,
                List.of(weights, tokenizer),
                (folder, lab) -> new EncoderModel(
                        name,
                        EncoderProbe.open(
                                folder.resolve(weights),
                                folder.resolve(tokenizer),
                                HEADS,
                                lab.attention(),
                                lab.gemm())));
    }

    /// The folder that the user names.
    static Optional<Path> folder() {
        return Stream.of(
                        Optional.ofNullable(System.getProperty(PROPERTY)), Optional.ofNullable(System.getenv(VARIABLE)))
                .flatMap(Optional::stream)
                .filter(text -> !text.isBlank())
                .map(Path::of)
                .findFirst();
    }

    /// Why it is not there; empty if it is.
    Optional<String> missing(Optional<Path> folder) {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        if (folder.isEmpty()) {
            return Optional.of("no folder of models is named, by " + WHERE);
        }
        return files.stream()
                .filter(file -> !Files.exists(folder.get().resolve(file)))
                .findFirst()
                .map(file -> file + " is not in the folder of models");
    }

    /// Opens it.
    RealModel open(Optional<Path> folder, Lab lab) {
        return opener.apply(folder.orElse(Path.of("")), lab);
    }
}
