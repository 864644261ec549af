package heed.studies.math;

/// Functions of closed forms that no library here has, in double: relative errors of some 1e-15.
public final class Special {
    /// Euler's constant γ.
    private static final double EULER = 0.577_215_664_901_532_9;

    private Special() {}

    /// Lambert's `W0`, the `w ≥ 0` with `w e^w = x`, for `x ≥ 0`.
    ///
    /// By Halley's iteration, whose error each step cubes.
    public static double lambertW(double x) {
        if (!(x >= 0) || Double.isInfinite(x)) {
            throw new IllegalArgumentException("x must be finite and not negative: x=" + x);
        }
        double w = x < Math.E ? Math.log1p(x) : Math.log(x) - Math.log(Math.log(x));
        double last = Double.POSITIVE_INFINITY;
        for (double change = Double.MAX_VALUE; Math.abs(change) < last && change != 0; ) {
            last = Math.abs(change);
            double power = Math.exp(w);
            double off = w * power - x;
            change = off / (power * (w + 1) - (w + 2) * off / (2 * w + 2));
            w -= change;
        }
        return w;
    }

    /// `Ei(x)`, the principal value of `∫ e^t/t dt` from −∞ to `x`, for `x ≠ 0`.
    ///
    /// `γ + ln x + Σ x^k/(k·k!)`: every term is positive where x is, so that none cancels another.
    public static double exponentialIntegral(double x) {
        if (x < 0) {
            return -exponentialIntegral1(-x);
        }
        positive(x);
        double sum = 0;
        double power = 1;
        double term = 1;
        for (int k = 1; term > sum * 1e-17; k++) {
            power *= x / k;
            term = power / k;
            sum += term;
        }
        return EULER + Math.log(x) + sum;
    }

    /// `E1(x) = ∫ e^(-t)/t dt` from `x` to ∞, for `x > 0`.
    ///
    /// To 1 by its series, beyond by the continued fraction `e^(-x) / (x+1 − 1/(x+3 − 4/(x+5 − …)))`, from
    /// within.
    public static double exponentialIntegral1(double x) {
        positive(x);
        if (x <= 1) {
            double sum = 0;
            double power = -1;
            for (int k = 1; k <= 20; k++) {
                power *= -x / k;
                sum += power / k;
            }
            return sum - EULER - Math.log(x);
        }
        double fraction = 0;
        for (int k = 120; k >= 1; k--) {
            fraction = (double) k * k / (x + 2 * k + 1 - fraction);
        }
        return Math.exp(-x) / (x + 1 - fraction);
    }

    private static void positive(double x) {
        if (!(x > 0) || Double.isInfinite(x)) {
            throw new IllegalArgumentException("x must be finite and positive: x=" + x);
        }
    }
}
