package heed.attention;

import java.util.Arrays;

/// Makes quantised keys or values, and their scales, of floating-point ones.
///
/// | type               | scale                                                    | worst error of an element |
/// |--------------------|----------------------------------------------------------|---------------------------|
/// | [ElementType#INT8] | of each row: `max abs x / 127`                           | `scale / 2`               |
/// | [ElementType#INT4] | of each group of 32: `x / −8`, `x` that of largest size,  | `scale`                   |
/// |                    | or `max abs x / 7`, whichever errs less in squares       | `scale / 2`               |
///
/// The first choice of INT4 has the finer step and uses all sixteen numbers, but cannot reach an element of the other
/// sign that is nearly as large; ggml's Q4_0 makes it always. Elements are rounded by the scale as it is stored, so a
/// scale in f16 costs range, not accuracy. A row or group that holds NaN or ±∞, or whose scale its type cannot hold,
/// becomes NaN as a whole.
///
/// ```java
/// Quantiser.fill(values, storedValues, scales); // [2, 8, len, 128] → INT8 [2, 8, len, 128] and F32 [2, 8, len]
/// ```
public final class Quantiser {
    private static final int INT8_MOST = Byte.MAX_VALUE;
    private static final int INT4_LEAST = -8;
    private static final int INT4_MOST = 7;

    private final Tensor source;
    private final Tensor stored;
    private final Tensor scale;

    private Quantiser(Tensor source, Tensor stored, Tensor scale) {
        this.source = source;
        this.stored = stored;
        this.scale = scale;
    }

    /// Fills `stored` and `scale` from `source`, row by row.
    ///
    /// @param source `[…, dim]` of a floating-point type
    /// @param stored INT8 `[…, dim]`, or INT4 `[…, dim / 2]` where `dim` is a multiple of 32
    /// @param scale `[…]` for INT8, `[…, dim / 32]` for INT4, of a floating-point type
    /// @throws IllegalArgumentException if shapes, types or memory do not fit
    public static void fill(Tensor source, Tensor stored, Tensor scale) {
        Quantiser quantiser = new Quantiser(source, stored, scale);
        quantiser.check();
        if (!source.isEmpty()) {
            quantiser.axis(0, source.offset(), stored.offset(), scale.offset());
        }
    }

    /// For single rows, by their bytes and unchecked: of `source`, which is `[1, 1, 1, dim]`, into rows or panels.
    static Quantiser ofRows(Tensor source, Tensor stored, Tensor scale) {
        return new Quantiser(source, stored, scale);
    }

    private void check() {
        Door.floating("source", source);
        Door.floating("scale", scale);
        ElementType type = stored.type();
        Checks.require(type.isQuantised(), "stored must have elements of type INT8 or INT4: stored=%s", stored);
        Checks.require(source.rank() > 0, "source must have rows: source=%s", source);
        int last = source.rank() - 1;
        int dim = source.size(last);
        Checks.require(
                type != ElementType.INT4 || dim % ElementType.INT4_GROUP == 0,
                "rows of INT4 must be whole groups of %d: source=%s",
                ElementType.INT4_GROUP,
                source);
        int[] rows = source.shape();
        rows[last] = type.unitsOf(dim);
        requireShape("stored", stored, rows);
        rows[last] = type.scalesOf(dim);
        requireShape("scale", scale, type == ElementType.INT8 ? Arrays.copyOf(rows, last) : rows);
        Door.readable("source", source);
        Door.writable("stored", stored);
        Door.writable("scale", scale);
        Door.apart("stored", stored, "source", source);
        Door.apart("scale", scale, "source", source);
        Door.apart("scale", scale, "stored", stored);
    }

    private static void requireShape(String name, Tensor tensor, int[] shape) {
        Checks.require(
                Arrays.equals(tensor.shape(), shape),
                "%s must have the shape %s: %s=%s",
                name,
                Arrays.toString(shape),
                name,
                tensor);
    }

    private void axis(int axis, long sourceAt, long storedAt, long scaleAt) {
        if (axis == source.rank() - 1) {
            row(sourceAt, storedAt, scaleAt);
            return;
        }
        for (int n = 0; n < source.size(axis); n++) {
            axis(
                    axis + 1,
                    sourceAt + n * source.stride(axis),
                    storedAt + n * stored.stride(axis),
                    scaleAt + n * scale.stride(axis));
        }
    }

    /// Stores one row.
    void row(long sourceAt, long storedAt, long scaleAt) {
        int last = source.rank() - 1;
        int dim = source.size(last);
        if (stored.type() == ElementType.INT8) {
            rowOfInt8(sourceAt, storedAt, scaleAt);
            return;
        }
        int group = ElementType.INT4_GROUP;
        for (int d = 0; d < dim; d += group) {
            groupOfInt4(
                    sourceAt + d * source.stride(last),
                    storedAt + d / 2 * stored.stride(last),
                    scaleAt + d / group * scale.stride(last));
        }
    }

    private void rowOfInt8(long sourceAt, long storedAt, long scaleAt) {
        int last = source.rank() - 1;
        int dim = source.size(last);
        double step = storeScale(Math.abs(largest(sourceAt, dim)) / INT8_MOST, scaleAt);
        for (int d = 0; d < dim; d++) {
            int q = rounded(element(sourceAt, d), step, -INT8_MOST, INT8_MOST);
            stored.type().write(stored.segment(), storedAt + d * stored.stride(last), q);
        }
    }

    private void groupOfInt4(long sourceAt, long storedAt, long scaleAt) {
        double largest = largest(sourceAt, ElementType.INT4_GROUP);
        double symmetric = storeScale(Math.abs(largest) / INT4_MOST, scaleAt);
        double lowest = error(sourceAt, symmetric);
        double step = storeScale(largest / INT4_LEAST, scaleAt);
        if (error(sourceAt, step) >= lowest) {
            step = storeScale(symmetric, scaleAt);
        }
        int last = source.rank() - 1;
        for (int d = 0; d < ElementType.INT4_GROUP; d += 2) {
            int low = rounded(element(sourceAt, d), step, INT4_LEAST, INT4_MOST);
            int high = rounded(element(sourceAt, d + 1), step, INT4_LEAST, INT4_MOST);
            stored.type().write(stored.segment(), storedAt + d / 2 * stored.stride(last), Int4Pair.of(low, high));
        }
    }

    /// The sum of squared errors of a group stored in steps of `step`.
    private double error(long sourceAt, double step) {
        double sum = 0;
        for (int d = 0; d < ElementType.INT4_GROUP; d++) {
            double x = element(sourceAt, d);
            double error = x - step * rounded(x, step, INT4_LEAST, INT4_MOST);
            sum += error * error;
        }
        return sum;
    }

    /// The element of largest magnitude, with its sign; NaN if any is not finite.
    private double largest(long sourceAt, int count) {
        double largest = 0;
        for (int d = 0; d < count; d++) {
            double x = element(sourceAt, d);
            if (!Double.isFinite(x)) {
                return Double.NaN;
            }
            largest = Math.abs(x) > Math.abs(largest) ? x : largest;
        }
        return largest;
    }

    private double element(long sourceAt, int d) {
        return source.type().read(source.segment(), sourceAt + d * source.stride(source.rank() - 1));
    }

    /// Writes a scale and returns what was stored; what its type cannot hold is stored as NaN, not as ±∞, of which
    /// an element of 0 would make NaN and another one ±∞.
    private double storeScale(double step, long at) {
        scale.type().write(scale.segment(), at, step);
        double held = scale.type().read(scale.segment(), at);
        if (Double.isInfinite(held)) {
            scale.type().write(scale.segment(), at, Double.NaN);
            return Double.NaN;
        }
        return held;
    }

    /// `x / step` to the nearest integer; 0 where the step is 0 or NaN, and `x` with it.
    private static int rounded(double x, double step, int least, int most) {
        double quotient = step == 0 ? 0 : Math.rint(x / step);
        return (int) Math.clamp(Double.isNaN(quotient) ? 0 : quotient, least, most);
    }
}
