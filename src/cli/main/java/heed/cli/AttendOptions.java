package heed.cli;

import heed.attention.AttentionArguments;
import heed.attention.AttentionSpec;
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

    @Option(names = "--softcap", paramLabel = "X", description = "Caps scores: X * tanh(score / X).")
    Optional<Double> softcap = Optional.empty();

    @Option(names = "--sink", paramLabel = "FILE", description = "A logit per query head that takes weight: [heads].")
    Optional<String> sink = Optional.empty();

    /// Adds what was asked for to `spec`, and its tensors and positions to `arguments`.
    void apply(AttentionSpec.Builder spec, AttentionArguments arguments, TensorFiles files, int batch) {
        scale.ifPresent(spec::softmaxScale);
        softcap.ifPresent(spec::softcap);
        Mask seen = causal ? Mask.causal() : Mask.none();
        if (!window.isEmpty()) {
            seen = seen.and(slidingWindow());
        }
        if (mask.isPresent()) {
            seen = seen.and(tensorMask(files.read("--mask", mask.get()), arguments));
        }
        spec.mask(seen);
        if (sink.isPresent()) {
            spec.sink();
            arguments.sink(files.read("--sink", sink.get()));
        }
        OptionalInt offset = align(spec);
        if (offset.isPresent()) {
            int[] offsets = new int[batch];
            Arrays.fill(offsets, offset.getAsInt());
            arguments.lengths(new SequenceLengths(batch).offsets(offsets));
        }
    }

    private Mask slidingWindow() {
        if (window.size() != 2) {
            throw new InputException("--window must be two numbers, L,R: --window=%s", join(window));
        }
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
