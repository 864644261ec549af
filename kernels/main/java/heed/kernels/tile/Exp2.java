package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// `2^x` for `x ≤ 0`, as softmax needs it.
///
/// `x = n + f` with `n` the nearest integer, by adding and taking away a number so large that the sum has no
/// fraction bits; `2^f` by a polynomial of degree 5, minimax in relative error on [−½, ½] with `p(0) = 1` exactly
/// (9.2e-8); `2^n` by shifting the biased integer, which the low bits of the large sum hold, into the exponent.
/// Relative error at most 2⁻²² (tested over every float in [−126, 0]); exactly 1 at 0; exactly 0 below −126, so that
/// −∞, a hidden key, weighs nothing. NaN stays NaN.
///
/// Cost of a vector: 5 multiply-adds, 4 additions, 1 multiplication, a shift, a comparison and a blend. The additions
/// run on other pipes than the multiply-adds.
final class Exp2 {
    /// `1.5 · 2²³ + 127`: the sum's low bits are the biased exponent.
    private static final float MAGIC = 0x1.8p23f + 127;

    private static final float LEAST = -126;
    private static final float C1 = 0x1.62e42ap-1f;
    private static final float C2 = 0x1.ebf9bcp-3f;
    private static final float C3 = 0x1.c6b752p-5f;
    private static final float C4 = 0x1.3cea88p-7f;
    private static final float C5 = 0x1.5bba14p-10f;

    private Exp2() {}

    /// Lanewise `2^x`.
    static FloatVector of(FloatVector x) {
        FloatVector shifted = x.add(MAGIC);
        FloatVector f = x.sub(shifted.sub(MAGIC));
        FloatVector p = f.fma(FloatVector.broadcast(F, C5), FloatVector.broadcast(F, C4))
                .fma(f, FloatVector.broadcast(F, C3))
                .fma(f, FloatVector.broadcast(F, C2))
                .fma(f, FloatVector.broadcast(F, C1))
                .fma(f, FloatVector.broadcast(F, 1));
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
        float shifted = x + MAGIC;
        float f = x - (shifted - MAGIC);
        float p = Math.fma(f, C5, C4);
        p = Math.fma(p, f, C3);
        p = Math.fma(p, f, C2);
        p = Math.fma(p, f, C1);
        p = Math.fma(p, f, 1);
        return p * Float.intBitsToFloat(Float.floatToRawIntBits(shifted) << 23);
    }
}
