package heed.kernels.fused;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.KeyLayout;
import heed.attention.Support;

/// What fused attention computes, in f32 whatever the [TileProducts], and in f64.
public final class FusedSupport {
    private FusedSupport() {}

    /// Whether `spec`, with every tensor of `type`, is within it.
    public static Support of(AttentionSpec spec, ElementType type) {
        boolean diagnoses = spec.extraOutputs().stream().anyMatch(output -> output != ExtraOutput.LOG_SUM_EXP);
        return common(spec)
                .require(
                        type != ElementType.F64 || !diagnoses,
                        "extraOutputs",
                        spec.extraOutputs(),
                        "LOG_SUM_EXP; diagnostics with F32, F16, BF16")
                .require(spec.queryType() == type, "queryType", spec.queryType(), type.name())
                .require(spec.kvType() == type, "kvType", spec.kvType(), type.name())
                .require(spec.outputType() == type, "outputType", spec.outputType(), type.name())
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(
                        type == ElementType.F64 || Float.isFinite((float) spec.softmaxScale()),
                        "softmaxScale",
                        spec.softmaxScale(),
                        "the range of f32")
                .result();
    }

    /// Whether `spec` is within it when query, key and value are rows of `type`, converted for a product of that type.
    public static Support storing(AttentionSpec spec, ElementType type) {
        return common(spec)
                .require(spec.queryType() == type, "queryType", spec.queryType(), type.name())
                .require(spec.kvType() == type, "kvType", spec.kvType(), type.name())
                .require(isShort(spec.outputType()), "outputType", spec.outputType(), "F32, F16, BF16")
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(
                        Float.isFinite((float) spec.softmaxScale()),
                        "softmaxScale",
                        spec.softmaxScale(),
                        "the range of f32")
                .result();
    }

    /// Whether `spec` is within it when rows of any type but f64 are converted to f32, and keys may lie in
    /// panels of `panelWidth`.
    public static Support converting(AttentionSpec spec, int panelWidth) {
        return common(spec)
                .require(isShort(spec.queryType()), "queryType", spec.queryType(), "F32, F16, BF16, or all F64")
                .require(spec.kvType() != ElementType.F64, "kvType", spec.kvType(), "F32, F16, BF16, INT8, INT4")
                .require(isShort(spec.outputType()), "outputType", spec.outputType(), "F32, F16, BF16")
                .require(
                        spec.keyLayout().equals(KeyLayout.rows())
                                || spec.keyLayout().equals(KeyLayout.panels(panelWidth)),
                        "keyLayout",
                        spec.keyLayout(),
                        "Rows, Panels[width=" + panelWidth + "]")
                .require(
                        Float.isFinite((float) spec.softmaxScale()),
                        "softmaxScale",
                        spec.softmaxScale(),
                        "the range of f32")
                .result();
    }

    private static boolean isShort(ElementType type) {
        return type.isFloating() && type != ElementType.F64;
    }

    private static Support.Check common(AttentionSpec spec) {
        return new Support.Check()
                .require(
                        spec.softcap() == 0
                                || (Float.isFinite((float) (1 / spec.softcap()))
                                        && Float.isFinite((float) spec.softcap())),
                        "softcap",
                        spec.softcap(),
                        "the range of f32")
                .require(
                        Float.isFinite((float) spec.probabilityScale()),
                        "probabilityScale",
                        spec.probabilityScale(),
                        "the range of f32");
    }
}
