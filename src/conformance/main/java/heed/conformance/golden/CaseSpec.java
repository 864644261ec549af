package heed.conformance.golden;

import static heed.attention.ScoreExpression.constant;
import static heed.attention.ScoreExpression.score;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.QueryAlignment;
import java.util.Arrays;
import java.util.List;

/// A case's attributes in the library's words.
final class CaseSpec {
    private final GoldenCase golden;
    private final CaseAttributes attributes;
    private final CaseKeys keys;

    CaseSpec(GoldenCase golden, CaseKeys keys) {
        this.golden = golden;
        this.keys = keys;
        this.attributes = golden.attributes();
    }

    /// What may be asked of a backend, the stricter first: 16-bit inputs may give f32, or their own type.
    List<AttentionSpec> specs() {
        ElementType stored = golden.input("q").elementType();
        AttentionSpec same = spec(stored);
        return stored.bytes() < Float.BYTES
                ? List.of(same.toBuilder().outputType(ElementType.F32).build(), same)
                : List.of(same);
    }

    private AttentionSpec spec(ElementType stored) {
        AttentionSpec.Builder builder = AttentionSpec.builder(attributes.qHeads(), attributes.headDim())
                .kvHeads(attributes.kvHeads())
                .valueDim(attributes.headDimV())
                .softmaxScale(attributes.scale())
                .softcap(attributes.softcap())
                .probabilityScale(attributes.probScale())
                .mask(mask())
                .alignment(alignment())
                .type(stored)
                .kvType(keys.elementType())
                .pageLen(keys.pageLen());
        if (attributes.sinks().isPresent()) {
            builder.sink();
        }
        if (golden.expected().containsKey("lse") || golden.hasGradients()) {
            builder.logSumExp();
        }
        attributes.qkStage().ifPresent(builder::scoreStage);
        if (attributes.scoreBiasConstant() != 0) {
            builder.score(score().plus(constant(attributes.scoreBiasConstant())));
        }
        return builder.build();
    }

    private Mask mask() {
        Mask mask = attributes.causal().equals("none") ? Mask.none() : Mask.causal();
        if (attributes.windowLeft() != Mask.UNBOUNDED || attributes.windowRight() != Mask.UNBOUNDED) {
            mask = mask.and(Mask.slidingWindow(attributes.windowLeft(), attributes.windowRight()));
        }
        if (attributes.mask().isPresent()) {
            mask = mask.and(isBoolean() ? Mask.booleanTensor() : Mask.additiveTensor());
        }
        if (attributes.alibi().isPresent()) {
            boolean signed = attributes.alibi().get().kind().equals("signed");
            mask = mask.and(Mask.alibi(signed ? Mask.AlibiForm.SIGNED : Mask.AlibiForm.SYMMETRIC));
        }
        return mask;
    }

    private boolean isBoolean() {
        return attributes.mask().orElseThrow().kind().equals("bool");
    }

    /// The named alignments are asked of the library by name, the rest by its offsets.
    private QueryAlignment alignment() {
        int[] given = attributes.queryOffset();
        return switch (attributes.causal()) {
            case "top_left" -> checked(QueryAlignment.TOP_LEFT, given, new int[given.length]);
            case "bottom_right" -> checked(QueryAlignment.BOTTOM_RIGHT, given, lastPositions());
            default -> QueryAlignment.OFFSET;
        };
    }

    private QueryAlignment checked(QueryAlignment alignment, int[] given, int[] implied) {
        if (!Arrays.equals(given, implied)) {
            throw golden.malformed(
                    "queryOffset of %s must be %s".formatted(alignment, Arrays.toString(implied)),
                    Arrays.toString(given));
        }
        return alignment;
    }

    private int[] lastPositions() {
        int[] offsets = new int[attributes.batch()];
        Arrays.setAll(offsets, b -> attributes.kvLens()[b] - attributes.qLens()[b]);
        return offsets;
    }
}
