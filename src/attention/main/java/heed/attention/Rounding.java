package heed.attention;

/// Doubles rounded to 16 bits, to nearest and even, once.
///
/// By way of a float rounded to nearest, a double just above a midpoint of two 16-bit numbers would first fall onto the
/// midpoint and then to the even side of it. So the float is rounded to odd: it never lies on a midpoint unless the
/// double does. Source: Boldo and Melquiond, "When double rounding is odd", IMACS 2005; it asks for 2 more bits than
/// the 11 and 8 of the targets, and a float has 24.
final class Rounding {
    private static final int BF16_QUIET = 0x0040;
    private static final int HALF_LESS_ONE = 0x7fff;

    private Rounding() {}

    static short toF16(double value) {
        return Float.floatToFloat16(toOdd(value));
    }

    static short toBf16(double value) {
        int bits = Float.floatToRawIntBits(toOdd(value));
        int upper = bits >>> Short.SIZE;
        if (Double.isNaN(value)) {
            // The lower half may be all that made it a NaN and not an infinity.
            return (short) (upper | BF16_QUIET);
        }
        return (short) (bits + HALF_LESS_ONE + (upper & 1) >>> Short.SIZE);
    }

    /// `value` if it is a float, else that of its two neighbours whose last bit is 1; the largest for what is
    /// beyond.
    private static float toOdd(double value) {
        float nearest = (float) value;
        int bits = Float.floatToRawIntBits(nearest);
        if (nearest == value || Double.isNaN(value) || (bits & 1) == 1) {
            return nearest;
        }
        return Float.intBitsToFloat(Math.abs(value) > Math.abs(nearest) ? bits + 1 : bits - 1);
    }
}
