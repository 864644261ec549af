package heed.kernels.exact;

import heed.attention.AttentionCall;
import heed.attention.Mask;
import heed.attention.MaskRows;

/// Applies the mask tensors of a run to one score. The mask's interval is the caller's concern.
final class ExactMask {
    private ExactMask() {}

    static double apply(Mask mask, AttentionCall call, int b, int head, int i, int j, double score) {
        return switch (mask) {
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _ -> score;
            case Mask.BooleanTensor _ -> element(call.mask(), b, head, i, j, 0) == 0 ? Double.NEGATIVE_INFINITY : score;
            case Mask.AdditiveTensor _ -> add(score, element(call.bias(), b, head, i, j, Double.NEGATIVE_INFINITY));
            case Mask.And(var parts) -> {
                double result = score;
                for (int n = 0; n < parts.size(); n++) {
                    result = apply(parts.get(n), call, b, head, i, j, result);
                }
                yield result;
            }
            case Mask.Expression _ -> throw new AssertionError("refused by support");
        };
    }

    /// −∞ hides, whatever the score or an earlier part says: NaN and +∞, too.
    private static double add(double score, double bias) {
        boolean hidden = bias == Double.NEGATIVE_INFINITY || score == Double.NEGATIVE_INFINITY;
        return hidden ? Double.NEGATIVE_INFINITY : score + bias;
    }

    private static double element(MaskRows rows, int b, int head, int i, int j, double beyond) {
        return j < rows.columns()
                ? rows.type().read(rows.segment(), rows.rowAt(b, head, i) + j * rows.keyStride())
                : beyond;
    }
}
