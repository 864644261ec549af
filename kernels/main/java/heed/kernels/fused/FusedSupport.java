package heed.kernels.fused;

import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import heed.attention.Support;

/// What fused attention computes, the same for every [TileProducts].
public final class FusedSupport {
    private FusedSupport() {}

    /// Whether `spec` is within it.
    public static Support of(AttentionSpec spec) {
        return new Support.Check()
                .require(spec.queryType() == ElementType.F32, "queryType", spec.queryType(), "F32")
                .require(spec.kvType() == ElementType.F32, "kvType", spec.kvType(), "F32")
                .require(spec.outputType() == ElementType.F32, "outputType", spec.outputType(), "F32")
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(spec.softcap() == 0, "softcap", spec.softcap(), "0")
                .require(spec.score().isEmpty(), "score", spec.score(), "none")
                .require(!spec.mask().has(Mask.Expression.class), "mask", spec.mask(), "no expression")
                .result();
    }
}
