package heed.studies.math;

import java.util.function.DoubleSupplier;

/// Central differences, `(f(x + h) − f(x − h)) / 2h` with h = 1e-5, to hold exact gradients against.
///
/// They are off by h²/6 of the third derivative and by 2⁻⁵³ of the value over h: with values and derivatives
/// of some units both stay below 1e-9.
public final class Differences {
    private static final double STEP = 1e-5;

    private Differences() {}

    /// That of `loss` in element `n` of `x`, which is read again for each value and is afterwards as it was.
    public static double at(double[] x, int n, DoubleSupplier loss) {
        double old = x[n];
        x[n] = old + STEP;
        double above = loss.getAsDouble();
        x[n] = old - STEP;
        double below = loss.getAsDouble();
        x[n] = old;
        return (above - below) / (2 * STEP);
    }

    /// The largest error of `gradient`, of `loss` at `point`.
    public static double error(Matrix point, Matrix gradient, DoubleSupplier loss) {
        double largest = 0;
        for (int n = 0; n < point.elements().length; n++) {
            largest = Math.max(largest, Math.abs(at(point.elements(), n, loss) - gradient.elements()[n]));
        }
        return largest;
    }
}
