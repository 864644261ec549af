package heed.attention;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The gradient of the additive mask: each element the sum of all pairs that it was broadcast over.
///
/// The sums are of doubles and rounded once, for a sum in a type of few bits stops growing: in bf16 at 256
/// terms that are alike. They lie in the caller's tensor if that is of F64 or if no element has a second term;
/// else in one of this class with as many elements, made by the first run of its shape and kept for the next. A
/// caller who would rather have none gives a tensor of F64.
final class BiasGradient {
    private final MaskRows rows = new MaskRows("bias", 1);
    private @Nullable Tensor target;
    private @Nullable Tensor sums;

    boolean isWanted() {
        return target != null;
    }

    /// Takes in where the gradient goes, whose memory is checked, and clears it.
    void bind(@Nullable Tensor gradient, AttentionCall call) {
        target = gradient;
        rows.bind(gradient, gradient != null, call);
        if (gradient == null) {
            return;
        }
        if (gradient.type() != ElementType.F64 && rows.isBroadcast()) {
            rows.bind(sumsFor(gradient), true, call);
        }
        Tensor cleared = Objects.requireNonNull(rows.tensor());
        clear(cleared, cleared.offset(), 0);
    }

    private Tensor sumsFor(Tensor gradient) {
        if (sums == null || !sums.hasShapeOf(gradient)) {
            int[] shape = gradient.shape();
            long count = 1;
            for (int size : shape) {
                count *= size;
            }
            if (count > Integer.MAX_VALUE) {
                throw Checks.refusal(
                        "the gradient of a broadcast bias of more than 2^31 elements must be of type F64, where it is summed in place: got %s",
                        gradient);
            }
            sums = Tensor.of(new double[(int) count], shape);
        }
        return sums;
    }

    void add(int b, int head, int i, int j, double gradient) {
        long at = rows.rowAt(b, head, i) + j * rows.keyStride();
        rows.type().write(rows.segment(), at, rows.type().read(rows.segment(), at) + gradient);
    }

    /// Hands the sums over.
    void finish() {
        Tensor from = rows.tensor();
        if (target != null && from != null && from != target) {
            copy(from, from.offset(), target, target.offset(), 0);
        }
    }

    private static void clear(Tensor tensor, long at, int axis) {
        if (axis == tensor.rank()) {
            tensor.type().write(tensor.segment(), at, 0);
            return;
        }
        for (int n = 0; n < tensor.size(axis); n++) {
            clear(tensor, at + n * tensor.stride(axis), axis + 1);
        }
    }

    private static void copy(Tensor from, long fromAt, Tensor to, long toAt, int axis) {
        if (axis == from.rank()) {
            to.type().write(to.segment(), toAt, from.type().read(from.segment(), fromAt));
            return;
        }
        for (int n = 0; n < from.size(axis); n++) {
            copy(from, fromAt + n * from.stride(axis), to, toAt + n * to.stride(axis), axis + 1);
        }
    }

    /// Forgets every segment of the caller's.
    void release() {
        target = null;
        rows.release();
    }
}
