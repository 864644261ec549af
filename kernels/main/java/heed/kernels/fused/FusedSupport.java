package heed.kernels.fused;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import heed.attention.Support;

/// What fused attention computes, in f32 whatever the [TileProducts], and in f64.
public final class FusedSupport {
    private FusedSupport() {}

    /// Whether `spec`, with every tensor of `type`, is within it.
    public static Support of(AttentionSpec spec, ElementType type) {
        return new Support.Check()
                .require(spec.queryType() == type, "queryType", spec.queryType(), type.name())
                .require(spec.kvType() == type, "kvType", spec.kvType(), type.name())
                .require(spec.outputType() == type, "outputType", spec.outputType(), type.name())
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(
                        type == ElementType.F64 || Float.isFinite((float) spec.softmaxScale()),
                        "softmaxScale",
                        spec.softmaxScale(),
                        "the range of f32")
                .require(spec.softcap() == 0, "softcap", spec.softcap(), "0")
                .require(spec.score().isEmpty(), "score", spec.score(), "none")
                .require(!spec.mask().has(Mask.Expression.class), "mask", spec.mask(), "no expression")
                .result();
    }
}
