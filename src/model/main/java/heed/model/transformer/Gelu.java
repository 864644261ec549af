package heed.model.transformer;

/// The activation `x · Φ(x)`, Φ the normal distribution: GELU by erf, not its tanh approximation
/// (Hendrycks and Gimpel 2016, arXiv:1606.08415).
///
/// Cubic Hermite interpolation between knots `h = 1/64` apart. Its error is at most `h⁴/384 · max|gelu⁗|`, the last
/// factor `4φ(0) < 1.6`: below 2.5e-10. Beyond ±6 the function is `x` or 0 to within `6Φ(−6) < 6e-9`. An `erf` call
/// for each element would cost several times as much as the rest of the layer outside the matrix products.
final class Gelu {
    private static final int REACH = 6;
    private static final int KNOTS_PER_UNIT = 64;

    /// At knot `n`: value at `2n`, slope times `h` at `2n + 1`.
    private final double[] knots = new double[2 * (2 * REACH * KNOTS_PER_UNIT + 1)];

    Gelu() {
        for (int n = 0; n < knots.length / 2; n++) {
            double x = (double) n / KNOTS_PER_UNIT - REACH;
            double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            knots[2 * n] = x * normal(x);
            knots[2 * n + 1] = (normal(x) + x * density) / KNOTS_PER_UNIT;
        }
    }

    /// Replaces the first `rows` rows; `row` is scratch of their width.
    void apply(Matrix matrix, int rows, float[] row) {
        for (int i = 0; i < rows; i++) {
            matrix.read(i, row);
            for (int j = 0; j < matrix.width(); j++) {
                row[j] = (float) value(row[j]);
            }
            matrix.write(i, row);
        }
    }

    /// `x · Φ(x)`; NaN stays NaN.
    double value(double x) {
        if (x >= REACH) {
            return x;
        }
        if (x <= -REACH) {
            return 0;
        }
        double at = (x + REACH) * KNOTS_PER_UNIT;
        int n = (int) at;
        double t = at - n;
        double s = 1 - t;
        return s * s * ((1 + 2 * t) * knots[2 * n] + t * knots[2 * n + 1])
                + t * t * ((1 + 2 * s) * knots[2 * n + 2] - s * knots[2 * n + 3]);
    }

    /// Φ(x) by `1/2 + φ(x) · (x + x³/3 + x⁵/(3·5) + …)` (Abramowitz and Stegun 26.2.11), whose terms have one sign.
    static double normal(double x) {
        double term = x;
        double sum = x;
        for (int n = 3; Math.abs(term) > Math.ulp(sum) / 2; n += 2) {
            term *= x * x / n;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }
}
