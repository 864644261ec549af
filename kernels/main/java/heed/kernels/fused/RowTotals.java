package heed.kernels.fused;

import heed.attention.AttentionSpec;
import heed.kernels.tile.RowMath;
import java.util.Arrays;

/// Merges the splits of each row of a tile, in their order: `(output, reference, sum)` under the merge of
/// [heed.attention.SoftmaxState], to base 2, outputs not yet divided by their sums.
///
/// References are integers but for scores past 2²¹, so their differences scale by powers of two and round
/// nothing.
final class RowTotals {
    private final int width;
    private final float[] output;
    private final double[] reference;
    private final double[] sum;
    private final RowDiagnostics diagnostics;

    RowTotals(AttentionSpec spec, int rows, int width) {
        diagnostics = new RowDiagnostics(spec, rows);
        this.width = width;
        output = new float[rows * width];
        reference = new double[rows];
        sum = new double[rows];
    }

    long bytes() {
        return Float.BYTES * (long) output.length + 2L * Double.BYTES * sum.length + diagnostics.bytes();
    }

    void clear(int rows) {
        Arrays.fill(sum, 0, rows, 0);
        Arrays.fill(output, 0, rows * width, 0);
        for (int r = 0; r < rows; r++) {
            diagnostics.clear(r);
        }
    }

    /// What the rows tell besides.
    RowDiagnostics diagnostics() {
        return diagnostics;
    }

    /// Merges a split into row `r`, with what row `tellingRow` of `telling` tells. One that saw nothing changes
    /// no bit, and nothing takes on the other's bits.
    void merge(
            int r,
            float[] other,
            int at,
            double otherReference,
            double otherSum,
            RowDiagnostics telling,
            int tellingRow) {
        if (otherSum == 0) {
            return;
        }
        if (sum[r] == 0) {
            diagnostics.copy(r, telling, tellingRow);
            System.arraycopy(other, at, output, r * width, width);
            reference[r] = otherReference;
            sum[r] = otherSum;
            return;
        }
        diagnostics.merge(r, reference[r], telling, tellingRow, otherReference);
        double common = Math.max(reference[r], otherReference);
        double keep = power(reference[r] - common);
        double add = power(otherReference - common);
        RowMath.scale(output, r * width, (float) keep, width);
        RowMath.addScaled(output, r * width, (float) add, other, at, width);
        reference[r] = common;
        sum[r] = keep * sum[r] + add * otherSum;
    }

    /// `2^d` for `d ≤ 0`.
    private static double power(double d) {
        return d == Math.rint(d) ? Math.scalb(1.0, (int) Math.max(d, -1100)) : Math.pow(2, d);
    }

    double sum(int r) {
        return sum[r];
    }

    double reference(int r) {
        return reference[r];
    }

    /// The rows' outputs, `width` apart.
    float[] output() {
        return output;
    }
}
