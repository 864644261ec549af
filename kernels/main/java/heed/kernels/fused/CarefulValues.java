package heed.kernels.fused;

import heed.attention.AttentionCall;
import java.util.Arrays;

/// Weights times values of a block among which some are not finite: those of hidden keys are left out, where a
/// product with weight 0 would make NaN of them. Rows that see none get the bits of the fast product.
final class CarefulValues {
    private CarefulValues() {}

    /// Sums keys `from … to` of `block` for every row of the tile into `sums`, `[rows, valueDim]`.
    static void sum(AttentionCall call, TileShape shape, TileScratch s, int block, int from, int to, float[] sums) {
        int origin = block * TileShape.KEYS;
        Arrays.fill(sums, 0, s.rows * shape.valueDim(), 0);
        for (int n = from; n < to; n++) {
            StoredBlock.readValue(call, s.b, s.kvHead, origin + n, s);
            for (int r = 0; r < s.rows; r++) {
                if (NonFiniteValues.sees(s, r, origin, n)) {
                    add(s.weights[r * TileShape.KEYS + n], s.row, sums, r * shape.valueDim(), shape.valueDim());
                }
            }
        }
    }

    /// Any weight above 0 makes the same of what is not finite; one that underflowed would make NaN of ∞.
    private static void add(float weight, float[] value, float[] sums, int at, int length) {
        for (int d = 0; d < length; d++) {
            sums[at + d] =
                    Float.isFinite(value[d]) ? Math.fma(weight, value[d], sums[at + d]) : sums[at + d] + value[d];
        }
    }
}
