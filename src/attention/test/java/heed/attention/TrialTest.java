package heed.attention;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever a spec stores, a trial makes it up, the reference passes it, and one wrong row head does not.
final class TrialTest {
    private enum Kind {
        PLAIN(spec -> spec),
        CAUSAL(spec -> spec.mask(Mask.causal())),
        TOP_LEFT(spec -> spec.mask(Mask.causal()).alignment(QueryAlignment.TOP_LEFT)),
        OFFSET(spec -> spec.mask(Mask.slidingWindow(7, 0)).alignment(QueryAlignment.OFFSET)),
        ALIBI(spec -> spec.mask(Mask.alibi().and(Mask.causal()))),
        SINK(spec -> spec.sink().softcap(3).probabilityScale(0.5)),
        HALF(spec -> spec.type(ElementType.F16)),
        BRAIN(spec -> spec.type(ElementType.BF16).outputType(ElementType.F32)),
        DOUBLE(spec -> spec.type(ElementType.F64)),
        BYTES(spec -> spec.kvType(ElementType.INT8).valueDim(64)),
        NIBBLES(spec -> spec.kvType(ElementType.INT4).valueDim(64)),
        PANELS(spec -> spec.keyLayout(KeyLayout.panels(8))),
        PAGES(spec -> spec.pageLen(16).logSumExp()),
        PAGED_PANELS(spec -> spec.pageLen(16).keyLayout(KeyLayout.panels(8)).kvType(ElementType.INT4));

        private final UnaryOperator<AttentionSpec.Builder> change;

        Kind(UnaryOperator<AttentionSpec.Builder> change) {
            this.change = change;
        }

        AttentionSpec spec() {
            return change.apply(AttentionSpec.builder(6, 32).kvHeads(2)).build();
        }
    }

    private static MeasuredCost cost(Kind kind, Paced backend) {
        AttentionSpec spec = kind.spec();
        PlanOptions options = PlanOptions.DEFAULT.withThreads(1);
        ShapeBucket bucket = ShapeBucket.of(spec, new AttentionSizes(1, 4, 60), options);
        return new Trial(spec, bucket, options, Tuning.Effort.QUICK)
                .of(List.of(backend))
                .getFirst();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void passes(Kind kind) {
        assertInstanceOf(MeasuredCost.Took.class, cost(kind, Paced.of("right", 1, 0)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void fails(Kind kind) {
        assertInstanceOf(
                MeasuredCost.Failed.class, cost(kind, Paced.of("wrong", 1, 0).wrongBy(0.01f)));
    }
}
