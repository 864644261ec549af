package heed.blas.cuda;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.Determinism;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.KeyLayout;
import heed.attention.Mask;
import heed.attention.Support;

/// What the backend computes.
final class CudaSupport {
    /// What the second axis of a grid may have.
    private static final int MOST_HEADS = 65535;

    private CudaSupport() {}

    static Support of(AttentionSpec spec) {
        ElementType type = spec.queryType();
        return new Support.Check()
                .require(DeviceType.of(type).isPresent(), "queryType", type, "F32, F16, BF16")
                .require(spec.kvType() == type, "kvType", spec.kvType(), "the queryType")
                .require(
                        spec.outputType() == type || spec.outputType() == ElementType.F32,
                        "outputType",
                        spec.outputType(),
                        "F32, the queryType")
                .require(spec.keyLayout() instanceof KeyLayout.Rows, "keyLayout", spec.keyLayout(), "Rows")
                .require(
                        spec.mask().parts().stream().allMatch(CudaSupport::has),
                        "mask",
                        spec.mask(),
                        "None, Causal, SlidingWindow, FirstKeys, BooleanTensor, AdditiveTensor, expressions that are intervals")
                .require(spec.score().isEmpty(), "score", spec.score(), "none")
                .require(
                        spec.extraOutputs().stream().allMatch(output -> output == ExtraOutput.LOG_SUM_EXP),
                        "extraOutputs",
                        spec.extraOutputs(),
                        "LOG_SUM_EXP")
                // cuBLAS picks its kernel by the shape of a product, and with it the order of the sums
                .require(spec.determinism() == Determinism.DEFAULT, "determinism", spec.determinism(), "DEFAULT")
                .require(
                        Float.isFinite((float) spec.softmaxScale()),
                        "softmaxScale",
                        spec.softmaxScale(),
                        "the range of f32")
                .require(isCap(spec.softcap()), "softcap", spec.softcap(), "the range of f32")
                .require(spec.kvHeads() <= MOST_HEADS, "kvHeads", spec.kvHeads(), "at most " + MOST_HEADS)
                .result();
    }

    private static boolean isCap(double softcap) {
        return softcap == 0 || (Float.isFinite((float) (1 / softcap)) && Float.isFinite((float) softcap));
    }

    /// Intervals are computed on the host, by the mask itself; tensors go to the device block by block.
    private static boolean has(Mask part) {
        return switch (part) {
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _, Mask.FirstKeys _ -> true;
            case Mask.BooleanTensor _, Mask.AdditiveTensor _ -> true;
            case Mask.Expression(var _, var interval) -> interval.isExact();
            case Mask.BlockTensor _, Mask.Tree _, Mask.Alibi _, Mask.Or _, Mask.And _ -> false;
        };
    }

    /// Refuses sizes whose rows no grid of threads can count.
    ///
    /// @return `sizes`
    static AttentionSizes check(AttentionSpec spec, AttentionSizes sizes) {
        long rows = (long) sizes.queryLen() * spec.groupSize();
        if (rows > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("queryLen · groupSize must stay below 2^31: queryLen=" + sizes.queryLen()
                    + ", groupSize=" + spec.groupSize() + "; plan smaller sizes");
        }
        return sizes;
    }
}
