package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.Mask;
import heed.attention.MaskRows;
import java.lang.foreign.ValueLayout;

/// Applies the mask tensors of a run to one row of scores.
final class MaskTensors {
    private MaskTensors() {}

    /// Whether `mask` has a tensor, so that scores within its interval may be hidden.
    static boolean in(Mask mask) {
        return mask.has(Mask.BooleanTensor.class) || mask.has(Mask.AdditiveTensor.class);
    }

    /// Changes the scores of keys `from ≤ j < to` of row `r`, which lie at `weights[at + j]` of scratch. Keys outside
    /// the mask's interval are hidden already.
    static void apply(AttentionCall call, int r, int at, int from, int to, TileScratch scratch) {
        int i = scratch.queryRow(r);
        apply(call.spec().mask(), call, scratch.b, scratch.head(r), i, scratch.weights, at, from, to);
    }

    private static void apply(
            Mask mask, AttentionCall call, int b, int head, int i, float[] s, int at, int from, int to) {
        switch (mask) {
            case Mask.None _, Mask.Causal _, Mask.SlidingWindow _ -> {} // intervals alone
            case Mask.BooleanTensor _ -> hide(call.mask(), call.mask().rowAt(b, head, i), s, at, from, to);
            case Mask.AdditiveTensor _ -> add(call.bias(), call.bias().rowAt(b, head, i), s, at, from, to);
            case Mask.And(var parts) -> {
                for (int n = 0; n < parts.size(); n++) {
                    apply(parts.get(n), call, b, head, i, s, at, from, to);
                }
            }
            case Mask.Expression _ -> throw new AssertionError("refused by support");
        }
    }

    private static void hide(MaskRows rows, long rowAt, float[] s, int at, int from, int to) {
        int end = Math.clamp(rows.columns(), from, to);
        for (int j = from; j < end; j++) {
            if (rows.segment().get(ValueLayout.JAVA_BYTE, rowAt + j * rows.keyStride()) == 0) {
                s[at + j] = Float.NEGATIVE_INFINITY;
            }
        }
        java.util.Arrays.fill(s, at + end, at + to, Float.NEGATIVE_INFINITY);
    }

    /// −∞ hides. A finite bias keeps its row from being empty: a sum that would pass the float range stays at its
    /// end.
    private static void add(MaskRows rows, long rowAt, float[] s, int at, int from, int to) {
        int end = Math.clamp(rows.columns(), from, to);
        for (int j = from; j < end; j++) {
            double bias = rows.type().read(rows.segment(), rowAt + j * rows.keyStride());
            boolean hidden = bias == Double.NEGATIVE_INFINITY || s[at + j] == Float.NEGATIVE_INFINITY;
            s[at + j] = hidden ? Float.NEGATIVE_INFINITY : finite(s[at + j] + bias);
        }
        java.util.Arrays.fill(s, at + end, at + to, Float.NEGATIVE_INFINITY);
    }

    /// `sum` as a float, infinities replaced by the largest numbers unless a score or bias was infinite; NaN stays.
    private static float finite(double sum) {
        return Double.isInfinite(sum) ? (float) sum : (float) Math.clamp(sum, -Float.MAX_VALUE, Float.MAX_VALUE);
    }
}
