package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

final class AttentionSpecTest {
    private static AttentionSpec.Builder builder() {
        return AttentionSpec.builder(8, 64);
    }

    @Test
    void defaultsAreMultiHeadAttention() {
        AttentionSpec spec = builder().build();
        assertEquals(8, spec.kvHeads());
        assertEquals(64, spec.valueDim());
        assertEquals(0.125, spec.softmaxScale());
        assertEquals(1, spec.groupSize());
        assertFalse(spec.hasLogSumExp());
    }

    @Test
    void specsAreValues() {
        AttentionSpec spec =
                builder().kvHeads(2).mask(Mask.causal()).logSumExp().build();
        assertEquals(spec, builder().logSumExp().mask(Mask.causal()).kvHeads(2).build());
        assertEquals(spec, spec.toBuilder().build());
        assertEquals(spec.hashCode(), spec.toBuilder().build().hashCode());
        assertEquals(Set.of(ExtraOutput.LOG_SUM_EXP), spec.extraOutputs());
        assertTrue(!spec.equals(spec.toBuilder().softcap(1).build()));
    }

    @Test
    void wrongDimensionsSayTheRuleAndTheValue() {
        assertRefused(
                "queryHeads must be at least 1: queryHeads=0",
                () -> AttentionSpec.builder(0, 64).build());
        assertRefused("headDim must be at least 1: headDim=-1", () -> AttentionSpec.builder(8, -1));
        assertRefused(
                "kvHeads must be at least 1: kvHeads=0",
                () -> builder().kvHeads(0).build());
        assertRefused(
                "valueDim must be at least 1: valueDim=0",
                () -> builder().valueDim(0).build());
        assertRefused(
                "queryHeads must be a multiple of kvHeads: queryHeads=8, kvHeads=3",
                () -> builder().kvHeads(3).build());
    }

    @Test
    void wrongFactorsAndTypesSayTheRuleAndTheValue() {
        assertRefused(
                "softmaxScale must be finite: softmaxScale=NaN",
                () -> builder().softmaxScale(Double.NaN).build());
        assertRefused(
                "softmaxScale must be finite: softmaxScale=-Infinity",
                () -> builder().softmaxScale(Double.NEGATIVE_INFINITY).build());
        assertRefused(
                "softcap must be positive, or 0 for none: softcap=-1.0",
                () -> builder().softcap(-1).build());
        assertRefused(
                "softcap must be positive, or 0 for none: softcap=NaN",
                () -> builder().softcap(Double.NaN).build());
        assertRefused(
                "queryType must be a floating-point type: queryType=BOOL",
                () -> builder().type(ElementType.BOOL).build());
        assertRefused(
                "kvType must be a floating-point or a quantised type: kvType=BOOL",
                () -> builder().kvType(ElementType.BOOL).build());
    }

    @Test
    void quantisedTypesAreForKeysAndValues() {
        for (ElementType type : new ElementType[] {ElementType.INT8, ElementType.INT4}) {
            assertEquals(type, builder().kvType(type).build().kvType());
            assertRefused(
                    "queryType must be a floating-point type: queryType=" + type,
                    () -> builder().type(type).build());
            assertRefused(
                    "outputType must be a floating-point type: outputType=" + type,
                    () -> builder().outputType(type).build());
        }
    }

    @Test
    void int4NeedsWholeGroups() {
        String rule = "INT4 keeps a scale for each 32 elements, so headDim and valueDim must be multiples of it: ";
        assertRefused(
                rule + "headDim=48, valueDim=48",
                () -> AttentionSpec.builder(1, 48).kvType(ElementType.INT4).build());
        assertRefused(
                rule + "headDim=64, valueDim=16",
                () -> builder().valueDim(16).kvType(ElementType.INT4).build());
        assertEquals(96, builder().valueDim(96).kvType(ElementType.INT4).build().valueDim());
    }

    @Test
    void wrongMasksLayoutsAndSizesSayTheRuleAndTheValue() {
        assertRefused(
                "a mask may hold one BooleanTensor, since a run gives one tensor for it: count=2",
                () -> builder()
                        .mask(Mask.booleanTensor().and(Mask.booleanTensor()))
                        .build());
        assertThrows(IllegalArgumentException.class, () -> new KeyLayout.Panels(0));
        assertThrows(IllegalArgumentException.class, () -> new AttentionSizes(1, -1, 1));
    }
}
