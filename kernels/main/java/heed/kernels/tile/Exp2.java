package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// `2^z`, as softmax needs it: for what is at most 0 or little above.
///
/// `z = n + f` with `n` the nearest integer, found by adding a number so large that the sum has no fraction bits;
/// `2^f` by a polynomial of degree 6, minimax in relative error for `|f| ≤ ½` with `p(0) = 1` exactly (5e-9 with
/// rounded coefficients; degree 5 has 4e-7, and tiles then miss the promised accuracy); `2^n` by shifting the
/// biased integer, which the low bits of the large sum hold, into the exponent. Relative error at most 2⁻²³ for
/// `−126 ≤ z ≤ 0` (tested: 2⁻²³·⁶).
///
/// Cost of a vector of [#weight]: 9 multiply-adds, 1 subtraction, 1 multiplication, 2 integer clamps and a shift.
final class Exp2 {
    /// `1.5 · 2²³ + 127`: a sum's low bits are the biased exponent.
    static final float MAGIC = 0x1.8p23f + 127;

    /// `z` up to here, from either side, leaves [#MAGIC] its fraction: what [#weight] may be given.
    static final float NEAR = 0x1p21f;

    private static final int ZERO_EXPONENT = Float.floatToRawIntBits(0x1.8p23f);
    private static final int LAST_EXPONENT = ZERO_EXPONENT + 254;
    /// Below it a weight is 0.
    static final float LEAST = -126;

    private static final float C1 = 0x1.62e432p-1f;
    private static final float C2 = 0x1.ebfbe6p-3f;
    private static final float C3 = 0x1.c6ada6p-5f;
    private static final float C4 = 0x1.3b21c6p-7f;
    private static final float C5 = 0x1.5fc00ap-10f;
    private static final float C6 = 0x1.4bc7b4p-13f;

    private Exp2() {}

    /// `2^(factor · s − k)` with `magic = MAGIC − k`, `k` an integer: the product is never rounded alone.
    ///
    /// 0 below −127 and near or 0 above it, up to −126; past −2⁴⁷, where the polynomial of what is left of the
    /// fraction overflows, 0 or NaN. Above 127 some number above 2¹²⁴ (the polynomial is at least 0.15) or NaN;
    /// of ±∞ and NaN it is NaN: the caller looks at the sum.
    ///
    /// @param low what the factor is beyond f32: an error of half a unit in its last place would be one of
    ///     the exponent, the same for every key, and as large as all others together
    static FloatVector weight(FloatVector s, FloatVector factor, FloatVector low, FloatVector magic) {
        FloatVector shifted = s.fma(factor, magic);
        FloatVector f = s.fma(low, s.fma(factor, magic.sub(shifted)));
        return polynomial(f).mul(power(shifted));
    }

    /// `2^z`: exactly 0 below −126, −∞ included, so that a hidden key weighs nothing; some number above 2¹²⁶ or
    /// NaN above 127; NaN of NaN.
    static FloatVector of(FloatVector z) {
        FloatVector shifted = z.add(MAGIC);
        FloatVector f = z.sub(shifted.sub(MAGIC));
        VectorMask<Float> underflow = z.compare(VectorOperators.LT, LEAST);
        return polynomial(f).mul(power(shifted)).blend(0, underflow);
    }

    private static FloatVector polynomial(FloatVector f) {
        return f.fma(FloatVector.broadcast(F, C6), FloatVector.broadcast(F, C5))
                .fma(f, FloatVector.broadcast(F, C4))
                .fma(f, FloatVector.broadcast(F, C3))
                .fma(f, FloatVector.broadcast(F, C2))
                .fma(f, FloatVector.broadcast(F, C1))
                .fma(f, FloatVector.broadcast(F, 1));
    }

    /// Clamped as an integer: the float operations that would do it compete with the multiply-adds.
    private static FloatVector power(FloatVector shifted) {
        return shifted.viewAsIntegralLanes()
                .max(ZERO_EXPONENT)
                .min(LAST_EXPONENT)
                .lanewise(VectorOperators.LSHL, 23)
                .viewAsFloatingLanes();
    }

    /// `2^d` for one `d ≤ 0`: exact for integers, 0 of −∞, NaN of NaN.
    static float of(double d) {
        return d == Math.rint(d) ? (float) Math.scalb(1.0, (int) Math.max(d, -1100)) : (float) Math.pow(2, d);
    }
}
