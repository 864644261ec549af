package heed.cli;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.Mask;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import heed.cli.input.InputException;
import heed.cli.tensor.TensorFiles;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/// The options of `heed attend` that say what is computed.
final class AttendOptions {
    @Option(names = "--causal", description = "A query sees the keys up to its own position.")
    boolean causal;

    @Option(
            names = "--align",
            paramLabel = "WHERE",
            description =
                    "Position of the first query: top-left (0), bottom-right (kvLen - queryLen, the default) or a number.")
    String align = "bottom-right";

    @Option(names = "--scale", paramLabel = "X", description = "Factor on q . k. Default: 1/sqrt(headDim).")
    Optional<Double> scale = Optional.empty();

    @Option(
            names = "--window",
            split = ",",
            paramLabel = "L,R",
            description = "A query sees L keys before its position and R after; -1 for no limit.")
    List<Integer> window = List.of();

    @Option(
            names = "--mask",
            paramLabel = "FILE",
            description =
                    "Right-aligned to [batch, heads, queryLen, kvLen]; bool: true is seen, float: added to the score.")
    Optional<String> mask = Optional.empty();

    @Option(names = "--alibi", paramLabel = "FILE", description = "ALiBi slopes, one for each query head: [heads].")
    Optional<String> alibi = Optional.empty();

    @Option(
            names = "--alibi-form",
            paramLabel = "FORM",
            description = "signed: slope * (j - p), the default; symmetric: -slope * |p - j|.")
    Mask.AlibiForm alibiForm = Mask.AlibiForm.SIGNED;

    @Option(
            names = "--sinks-and-window",
            split = ",",
            paramLabel = "M,W",
            description = "Causal, and of those the first M keys and the last W.")
    List<Integer> sinksAndWindow = List.of();

    @Option(
            names = "--documents",
            paramLabel = "FILE",
            description = "The document of each position, [kvLen]: a query sees its own document.")
    Optional<String> documents = Optional.empty();

    @Option(
            names = "--block-mask",
            paramLabel = "FILE",
            description = "Which blocks are seen: bool, right-aligned to [batch, heads, queryBlocks, keyBlocks].")
    Optional<String> blockMask = Optional.empty();

    @Option(
            names = "--block-size",
            split = ",",
            paramLabel = "Q,K",
            description = "Rows and keys of a block. Default: 128,128.")
    List<Integer> blockSize = List.of(128, 128);

    @Option(names = "--probability-scale", paramLabel = "X", description = "Factor on the probabilities.")
    Optional<Double> probabilityScale = Optional.empty();

    @Option(
            names = "--query-lens",
            split = ",",
            paramLabel = "N",
            description = "Query rows of each sequence, the first of those given.")
    List<Integer> queryLens = List.of();

    @Option(names = "--kv-lens", split = ",", paramLabel = "N", description = "Keys of each sequence, likewise.")
    List<Integer> kvLens = List.of();

    @Option(
            names = "--determinism",
            paramLabel = "D",
            description = "default, or bitwise: the same bits whole, chunked or one row at a time.")
    Determinism determinism = Determinism.DEFAULT;

    @Option(names = "--softcap", paramLabel = "X", description = "Caps scores: X * tanh(score / X).")
    Optional<Double> softcap = Optional.empty();

    @Option(names = "--sink", paramLabel = "FILE", description = "A logit per query head that takes weight: [heads].")
    Optional<String> sink = Optional.empty();

    /// Adds what was asked for to `spec`, and its tensors and positions to `arguments`.
    void apply(AttentionSpec.Builder spec, AttentionArguments arguments, TensorFiles files, int batch) {
        scale.ifPresent(spec::softmaxScale);
        softcap.ifPresent(spec::softcap);
        probabilityScale.ifPresent(spec::probabilityScale);
        spec.determinism(determinism);
        Mask seen = causal ? Mask.causal() : Mask.none();
        if (!window.isEmpty()) {
            seen = seen.and(slidingWindow());
        }
        if (mask.isPresent()) {
            seen = seen.and(tensorMask(files.read("--mask", mask.get()), arguments));
        }
        spec.mask(seen.and(structure(arguments, files)));
        if (sink.isPresent()) {
            spec.sink();
            arguments.sink(files.read("--sink", sink.get()));
        }
        giveLengths(arguments, align(spec), batch);
    }

    private void giveLengths(AttentionArguments arguments, OptionalInt offset, int batch) {
        if (offset.isEmpty() && queryLens.isEmpty() && kvLens.isEmpty()) {
            return;
        }
        SequenceLengths lengths = new SequenceLengths(batch);
        if (offset.isPresent()) {
            int[] offsets = new int[batch];
            Arrays.fill(offsets, offset.getAsInt());
            lengths.offsets(offsets);
        }
        if (!queryLens.isEmpty()) {
            lengths.queryLens(ints(queryLens));
        }
        if (!kvLens.isEmpty()) {
            lengths.kvLens(ints(kvLens));
        }
        arguments.lengths(lengths);
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /// The masks that are neither intervals nor full tensors.
    private Mask structure(AttentionArguments arguments, TensorFiles files) {
        Mask mask = Mask.none();
        if (!sinksAndWindow.isEmpty()) {
            pair("--sinks-and-window", "M,W", sinksAndWindow);
            mask = mask.and(Mask.sinksAndWindow(sinksAndWindow.get(0), sinksAndWindow.get(1)));
        }
        if (documents.isPresent()) {
            arguments.captured("documents", files.read("--documents", documents.get()));
            mask = mask.and(Mask.documents("documents"));
        }
        if (blockMask.isPresent()) {
            pair("--block-size", "Q,K", blockSize);
            arguments.blockMask(files.read("--block-mask", blockMask.get()));
            mask = mask.and(Mask.blockTensor(blockSize.get(0), blockSize.get(1)));
        }
        if (alibi.isPresent()) {
            arguments.alibiSlopes(files.read("--alibi", alibi.get()));
            mask = mask.and(Mask.alibi(alibiForm));
        }
        return mask;
    }

    private static void pair(String option, String form, List<Integer> numbers) {
        if (numbers.size() != 2) {
            throw new InputException("%s must be two numbers, %s: %s=%s", option, form, option, join(numbers));
        }
    }

    private Mask slidingWindow() {
        pair("--window", "L,R", window);
        return Mask.slidingWindow(window.get(0), window.get(1));
    }

    private static String join(List<Integer> numbers) {
        return String.join(",", numbers.stream().map(String::valueOf).toList());
    }

    private static Mask tensorMask(Tensor tensor, AttentionArguments arguments) {
        return switch (tensor.type()) {
            case BOOL -> {
                arguments.mask(tensor);
                yield Mask.booleanTensor();
            }
            case F16, BF16, F32, F64 -> {
                arguments.bias(tensor);
                yield Mask.additiveTensor();
            }
            case INT8, INT4 ->
                throw new InputException("--mask must be boolean or of a floating-point type: --mask=%s", tensor);
        };
    }

    /// Sets the alignment; the position of the first query where it is a number.
    private OptionalInt align(AttentionSpec.Builder spec) {
        switch (align) {
            case "top-left" -> spec.alignment(QueryAlignment.TOP_LEFT);
            case "bottom-right" -> spec.alignment(QueryAlignment.BOTTOM_RIGHT);
            default -> {
                spec.alignment(QueryAlignment.OFFSET);
                return OptionalInt.of(position());
            }
        }
        return OptionalInt.empty();
    }

    private int position() {
        try {
            return Integer.parseInt(align);
        } catch (NumberFormatException failure) {
            throw new InputException(
                    failure, "--align must be top-left, bottom-right or a whole number: --align=%s", align);
        }
    }
}
