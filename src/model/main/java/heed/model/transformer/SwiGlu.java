package heed.model.transformer;

/// `silu(gate) · up` with `silu(x) = x / (1 + exp(−x))` (Shazeer 2020, arXiv:2002.05202).
///
/// The exponential is [StrictMath]'s, whose bits no compiler tier changes.
final class SwiGlu {
    private SwiGlu() {}

    /// Replaces the first `rows` rows of `gate`; `row` and `other` are scratch of at least their width.
    static void apply(Matrix gate, Matrix up, int rows, float[] row, float[] other) {
        for (int i = 0; i < rows; i++) {
            gate.read(i, row);
            up.read(i, other);
            for (int j = 0; j < gate.width(); j++) {
                row[j] = value(row[j], other[j]);
            }
            gate.write(i, row);
        }
    }

    static float value(double gate, double up) {
        return (float) (gate / (1 + StrictMath.exp(-gate)) * up);
    }
}
