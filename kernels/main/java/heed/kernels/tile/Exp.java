package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// `e^x` for `x ≤ 0`, as softmax needs it.
///
/// `x = n · ln 2 + f` with `n` the nearest integer to `x · log₂ e`, found by adding and taking away a number so large
/// that the sum has no fraction bits, and `ln 2` in two parts; `e^f` by a polynomial of degree 6, minimax in relative
/// error for `|f| ≤ ½ ln 2` with `p(0) = 1` exactly (2e-8; one of degree 5 has 9e-8, and tiles then miss the promised
/// accuracy); `2^n` by shifting the biased integer, which the low bits of the
/// large sum hold, into the exponent. Relative error at most 2⁻²³ (tested over the floats of [−87.33, 0]); exactly 1
/// at 0; exactly 0 below −87.33, so that −∞, a hidden key, weighs nothing. NaN stays NaN.
///
/// Working in base 2, with log₂ e folded into the query, would move two of the multiply-adds to the addition pipes.
/// It rounds every score once more, which scores near 10⁴ show in the fourth digit, and −FLT_MAX · log₂ e is −∞.
///
/// Cost of a vector: 9 multiply-adds, 1 addition (the argument's subtraction is the caller's), 1 multiplication, a
/// shift, a comparison and a blend.
final class Exp {
    /// `1.5 · 2²³ + 127`: the sum's low bits are the biased exponent.
    private static final float MAGIC = 0x1.8p23f + 127;

    /// The least float whose exponential is a normal number: `⌈−126 · ln 2⌉`.
    private static final float LEAST = -0x1.5d589ep6f;

    private static final float LOG2_E = 0x1.715476p0f;
    private static final float MINUS_LN_2 = -0x1.62e43p-1f;
    private static final float MINUS_LN_2_LOW = 0x1.05c61p-29f;
    private static final float C2 = 0x1.fffffcp-2f;
    private static final float C3 = 0x1.55541ap-3f;
    private static final float C4 = 0x1.555822p-5f;
    private static final float C5 = 0x1.126782p-7f;
    private static final float C6 = 0x1.6ae73p-10f;

    private Exp() {}

    /// Lanewise `e^x`.
    static FloatVector of(FloatVector x) {
        FloatVector shifted = x.fma(FloatVector.broadcast(F, LOG2_E), FloatVector.broadcast(F, MAGIC));
        FloatVector n = shifted.sub(MAGIC);
        FloatVector one = FloatVector.broadcast(F, 1);
        FloatVector f = n.fma(FloatVector.broadcast(F, MINUS_LN_2_LOW), n.fma(FloatVector.broadcast(F, MINUS_LN_2), x));
        FloatVector p = f.fma(FloatVector.broadcast(F, C6), FloatVector.broadcast(F, C5))
                .fma(f, FloatVector.broadcast(F, C4))
                .fma(f, FloatVector.broadcast(F, C3))
                .fma(f, FloatVector.broadcast(F, C2))
                .fma(f, one)
                .fma(f, one);
        FloatVector scale =
                shifted.viewAsIntegralLanes().lanewise(VectorOperators.LSHL, 23).viewAsFloatingLanes();
        VectorMask<Float> underflow = x.compare(VectorOperators.LT, LEAST);
        return p.mul(scale).blend(0, underflow);
    }

    /// The same bits for one number.
    static float of(float x) {
        if (x < LEAST) {
            return 0;
        }
        float shifted = Math.fma(x, LOG2_E, MAGIC);
        float n = shifted - MAGIC;
        float f = Math.fma(n, MINUS_LN_2_LOW, Math.fma(n, MINUS_LN_2, x));
        float p = Math.fma(f, C6, C5);
        p = Math.fma(p, f, C4);
        p = Math.fma(p, f, C3);
        p = Math.fma(p, f, C2);
        p = Math.fma(p, f, 1);
        p = Math.fma(p, f, 1);
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }
}
