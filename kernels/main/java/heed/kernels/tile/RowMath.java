package heed.kernels.tile;

import static heed.kernels.tile.Lanes.F;
import static heed.kernels.tile.Lanes.WIDTH;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Vector loops over one row, whose length is a multiple of [Lanes#WIDTH].
public final class RowMath {
    private RowMath() {}

    /// `o = o · factor + t`
    public static void rescaleAdd(float[] o, int oAt, float factor, float[] t, int tAt, int length) {
        FloatVector f = FloatVector.broadcast(F, factor);
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector.fromArray(F, o, oAt + n)
                    .fma(f, FloatVector.fromArray(F, t, tAt + n))
                    .intoArray(o, oAt + n);
        }
    }

    /// `o = o · factor`
    public static void scale(float[] o, int oAt, float factor, int length) {
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector.fromArray(F, o, oAt + n).mul(factor).intoArray(o, oAt + n);
        }
    }

    /// `o = o + factor · t`
    public static void addScaled(float[] o, int oAt, float factor, float[] t, int tAt, int length) {
        FloatVector f = FloatVector.broadcast(F, factor);
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector.fromArray(F, t, tAt + n)
                    .fma(f, FloatVector.fromArray(F, o, oAt + n))
                    .intoArray(o, oAt + n);
        }
    }

    /// `o = o · t`, element by element.
    public static void multiply(float[] o, int oAt, float[] t, int tAt, int length) {
        for (int n = 0; n < length; n += WIDTH) {
            FloatVector.fromArray(F, o, oAt + n)
                    .mul(FloatVector.fromArray(F, t, tAt + n))
                    .intoArray(o, oAt + n);
        }
    }

    /// Copies `count` rows of `length` elements that begin `stride` apart, to lie one behind the other.
    public static void gather(float[] from, int at, int stride, int count, int length, float[] to, int toAt) {
        for (int n = 0; n < count; n++) {
            for (int l = 0; l < length; l += WIDTH) {
                FloatVector.fromArray(F, from, at + n * stride + l).intoArray(to, toAt + n * length + l);
            }
        }
    }

    /// Whether `length` elements are finite. NaN and ∞ alone give NaN times 0, which a sum keeps.
    public static boolean isFinite(float[] row, int at, int length) {
        FloatVector probe = FloatVector.zero(F);
        for (int n = 0; n < length; n += WIDTH) {
            probe = FloatVector.fromArray(F, row, at + n).fma(FloatVector.zero(F), probe);
        }
        return probe.compare(VectorOperators.EQ, 0).allTrue();
    }
}
