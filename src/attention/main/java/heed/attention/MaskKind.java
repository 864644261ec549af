package heed.attention;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Masks in the words of a [ShapeBucket]: what of a mask changes how long runs take.
final class MaskKind {
    private MaskKind() {}

    /// The kind of the mask of `spec`; empty if it hides nothing.
    static String of(AttentionSpec spec, int queryLen, int kvLen) {
        List<String> parts = spec.mask().parts().stream()
                .filter(part -> !(part instanceof Mask.Causal) || !seesAll(spec, queryLen))
                .map(MaskKind::text)
                .toList();
        boolean apart = spec.alignment() == QueryAlignment.TOP_LEFT && queryLen != kvLen && !parts.isEmpty();
        return String.join(" and ", parts) + (apart ? " from the top left" : "");
    }

    /// Whether a causal mask hides nothing: the only row is the last.
    private static boolean seesAll(AttentionSpec spec, int queryLen) {
        return queryLen == 1 && spec.alignment() != QueryAlignment.TOP_LEFT;
    }

    private static String text(Mask mask) {
        return switch (mask) {
            case Mask.None _ -> "";
            case Mask.Causal _ -> "causal";
            case Mask.SlidingWindow(int left, int right) -> "window " + side(left) + "/" + side(right);
            case Mask.FirstKeys(int count) -> "first " + ShapeBucket.rounded(count);
            case Mask.BooleanTensor _ -> "boolean";
            case Mask.AdditiveTensor _ -> "bias";
            case Mask.BlockTensor _ -> "blocks";
            case Mask.Alibi _ -> "alibi";
            case Mask.Tree _ -> "tree";
            case Mask.Expression _ -> "expression";
            case Mask.And(var parts) -> joined(parts, " and ");
            case Mask.Or(var choices) -> joined(choices, " or ");
        };
    }

    private static String joined(List<Mask> masks, String word) {
        return masks.stream().map(MaskKind::text).collect(Collectors.joining(word, "(", ")"));
    }

    private static String side(int keys) {
        return keys == Mask.UNBOUNDED ? "any" : keys == 0 ? "0" : "" + ShapeBucket.rounded(keys);
    }

    /// What of `spec` a measurement cannot make up, since only the caller knows what a run brings.
    static Optional<String> unknown(AttentionSpec spec) {
        if (spec.score().isPresent()) {
            return Optional.of("a score expression");
        }
        if (spec.scoreStage().isPresent() || spec.extraOutputs().stream().anyMatch(o -> o != ExtraOutput.LOG_SUM_EXP)) {
            return Optional.of("diagnostics");
        }
        return spec.mask().leaves().stream()
                .filter(MaskKind::comesWithRuns)
                .map(mask -> "a mask of kind " + text(mask))
                .findFirst();
    }

    private static boolean comesWithRuns(Mask mask) {
        return switch (mask) {
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _, Mask.Alibi _ -> false;
            case Mask.BooleanTensor _, Mask.AdditiveTensor _, Mask.BlockTensor _, Mask.Tree _ -> true;
            case Mask.Expression _, Mask.And _, Mask.Or _ -> true;
        };
    }
}
