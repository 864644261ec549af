package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Functions of every element of a row: what scores go through one operation at a time, a block of keys long, so
/// that rows stay in the first-level cache. Against the products of a block of head dim 128, some 128 cycles a
/// vector, each costs 1 to 3, [#exp] and [#tanh] about 12.
///
/// Columns `from … to` are whole vectors. Conditions are 1 where they hold and 0 elsewhere.
public final class RowFunctions {
    /// 0, 1, 2 and so on.
    private static final FloatVector COUNT = FloatVector.zero(F).addIndex(1);

    private static final float LOG2_E = (float) (1 / Math.log(2));

    /// `ln 2` in two parts, of which the first times an exponent is exact.
    private static final float LN2_HIGH = 0x1.62e4p-1f;

    private static final float LN2_LOW = (float) (Math.log(2) - LN2_HIGH);

    /// Up to here tanh is its series, from here on it is made of an exponential (Cephes, `tanhf`).
    private static final float SERIES = 0.625f;

    /// Beyond it tanh is 1 in f32; twice as much is within the exponential's range.
    private static final float FLAT = 10;

    private static final float T3 = -3.33332819422e-1f;
    private static final float T5 = 1.33314422036e-1f;
    private static final float T7 = -5.37397155531e-2f;
    private static final float T9 = 2.06390887954e-2f;
    private static final float T11 = -5.70498872745e-3f;

    private RowFunctions() {}

    /// `o = eˣ`; 0 below −87, ∞ above 88.
    public static void exp(float[] x, float[] o, int from, int to) {
        for (int n = from; n < to; n += WIDTH) {
            FloatVector v = FloatVector.fromArray(F, x, n);
            FloatVector z = v.mul(LOG2_E).max(-200).min(200);
            FloatVector whole = z.add(Exp2.MAGIC).sub(Exp2.MAGIC);
            FloatVector rest =
                    v.sub(whole.mul(LN2_HIGH)).sub(whole.mul(LN2_LOW)).mul(LOG2_E);
            FloatVector e = Exp2.of(rest).mul(Exp2.of(whole)); // their sum would round
            VectorMask<Float> large = v.compare(VectorOperators.GT, 88);
            e = e.blend(Float.POSITIVE_INFINITY, large);
            e.blend(v, v.test(VectorOperators.IS_NAN)).intoArray(o, n);
        }
    }

    /// `o = factor · tanh(x · inverse)`, within 4 units of the last place.
    public static void tanh(float[] x, int xAt, float inverse, float factor, float[] o, int oAt, int length) {
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector v = FloatVector.fromArray(F, x, xAt + n).mul(inverse);
            FloatVector z = v.mul(v);
            FloatVector series = z.mul(T11)
                    .add(T9)
                    .fma(z, FloatVector.broadcast(F, T7))
                    .fma(z, FloatVector.broadcast(F, T5))
                    .fma(z, FloatVector.broadcast(F, T3))
                    .mul(z)
                    .fma(v, v);
            FloatVector size = v.abs();
            FloatVector e = Exp2.of(size.min(FLAT).mul(2 * LOG2_E));
            FloatVector far =
                    FloatVector.broadcast(F, 1).sub(FloatVector.broadcast(F, 2).div(e.add(1)));
            FloatVector t = far.blend(series, size.compare(VectorOperators.LT, SERIES));
            FloatVector signed = t.abs().blend(t.abs().neg(), v.compare(VectorOperators.LT, 0));
            signed.blend(v, v.test(VectorOperators.IS_NAN)).mul(factor).intoArray(o, oAt + n);
        }
    }

    /// Scores become `c · p` with `p = 2^(factor · (s − shift) − lse)`, cotangents `g` of `p` become those of
    /// scores, `p · (c · g − mean)`. Where `s` is −∞ both are 0, whatever everything else is.
    public static void scoreGradients(
            float[] s, float[] g, int at, int length, float factor, float shift, float lse, float c, float mean) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector below = FloatVector.broadcast(F, -lse);
        FloatVector times = FloatVector.broadcast(F, c);
        FloatVector taken = FloatVector.broadcast(F, -mean);
        for (int n = at; n < at + length; n += WIDTH) {
            FloatVector score = FloatVector.fromArray(F, s, n);
            VectorMask<Float> hidden = score.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY);
            FloatVector p = Exp2.of(score.sub(shift).fma(f, below)).blend(0, hidden);
            FloatVector change =
                    FloatVector.fromArray(F, g, n).fma(times, taken).mul(p);
            change.blend(0, p.compare(VectorOperators.EQ, 0)).intoArray(g, n);
            p.mul(times).blend(0, hidden).intoArray(s, n);
        }
    }

    /// `o = o + 2^(factor · (s − shift) − lse)`, nothing where `s` is −∞.
    public static void addProbabilities(
            float[] s, int at, float factor, float shift, float lse, float[] o, int oAt, int length) {
        FloatVector f = FloatVector.broadcast(F, factor);
        FloatVector below = FloatVector.broadcast(F, -lse);
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector score = FloatVector.fromArray(F, s, at + n);
            FloatVector p = Exp2.of(score.sub(shift).fma(f, below))
                    .blend(0, score.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
            FloatVector.fromArray(F, o, oAt + n).add(p).intoArray(o, oAt + n);
        }
    }

    /// `o = a + b`
    public static void add(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = a[n] + b[n];
        }
    }

    /// `o = a − b`
    public static void subtract(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = a[n] - b[n];
        }
    }

    /// `o = a · b`
    public static void multiply(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = a[n] * b[n];
        }
    }

    /// `o = a / b`
    public static void divide(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = a[n] / b[n];
        }
    }

    /// `o = min(a, b)`
    public static void min(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = Math.min(a[n], b[n]);
        }
    }

    /// `o = max(a, b)`
    public static void max(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = Math.max(a[n], b[n]);
        }
    }

    /// `s = s + slope · (first + n)`, of the distance or its size, which f32 holds up to 2²⁴.
    public static void addSlope(float[] s, int at, int length, float slope, int first, boolean ofSize) {
        FloatVector factor = FloatVector.broadcast(F, slope);
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector distance = COUNT.add(first + n);
            FloatVector size = ofSize ? distance.abs() : distance;
            size.fma(factor, FloatVector.fromArray(F, s, at + n)).intoArray(s, at + n);
        }
    }

    /// `o = |a|`
    public static void abs(float[] a, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = Math.abs(a[n]);
        }
    }

    /// `o = factor · a + summand`
    public static void affine(float factor, float[] a, float summand, float[] o, int from, int to) {
        for (int n = from; n < to; n++) {
            o[n] = factor * a[n] + summand;
        }
    }

    /// `o = a < b`
    public static void less(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, a, n);
            FloatVector y = FloatVector.fromArray(F, b, n);
            FloatVector.zero(F).blend(1, x.compare(VectorOperators.LT, y)).intoArray(o, n);
        }
    }

    /// `o = a ≤ b`
    public static void lessOrEqual(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, a, n);
            FloatVector y = FloatVector.fromArray(F, b, n);
            FloatVector.zero(F).blend(1, x.compare(VectorOperators.LE, y)).intoArray(o, n);
        }
    }

    /// `o = a is b`
    public static void equal(float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n += WIDTH) {
            FloatVector x = FloatVector.fromArray(F, a, n);
            FloatVector y = FloatVector.fromArray(F, b, n);
            FloatVector.zero(F).blend(1, x.compare(VectorOperators.EQ, y)).intoArray(o, n);
        }
    }

    /// `o = a` where the condition holds, `b` elsewhere.
    public static void select(float[] condition, float[] a, float[] b, float[] o, int from, int to) {
        for (int n = from; n < to; n += WIDTH) {
            VectorMask<Float> holds = FloatVector.fromArray(F, condition, n).compare(VectorOperators.NE, 0);
            FloatVector.fromArray(F, b, n)
                    .blend(FloatVector.fromArray(F, a, n), holds)
                    .intoArray(o, n);
        }
    }

    /// `s = −∞` where the condition does not hold.
    public static void hide(float[] condition, int from, float[] s, int at, int length) {
        for (int n = 0; n < length; n += WIDTH) {
            VectorMask<Float> hidden =
                    FloatVector.fromArray(F, condition, from + n).compare(VectorOperators.EQ, 0);
            FloatVector.fromArray(F, s, at + n)
                    .blend(Float.NEGATIVE_INFINITY, hidden)
                    .intoArray(s, at + n);
        }
    }

    /// Whether an element is NaN.
    public static boolean hasNan(float[] s, int from, int to) {
        boolean nan = false;
        for (int n = from; n < to; n++) {
            nan |= s[n] != s[n];
        }
        return nan;
    }
}
