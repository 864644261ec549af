package heed.attention;

/// Rotary position embedding (Su et al. 2021, RoFormer, arXiv:2104.09864): pair `r` of a row at position `p` is
/// turned by an angle that a table gives for `(p, r)`.
///
/// ```
/// first' = first · cos − second · sin        second' = second · cos + first · sin
/// HALF_SPLIT   pair r is (r, r + rotaryDim / 2)      Llama, GPT-NeoX
/// INTERLEAVED  pair r is (2r, 2r + 1)                RoFormer, GPT-J, llama2.c
/// ```
///
/// Elements past `rotaryDim` are copied.
public final class RotaryEmbedding {
    private final Pairing pairing;
    private final Tensor cos;
    private final Tensor sin;

    /// Which elements make a pair.
    public enum Pairing {
        /// An element and the one half the rotary dim further.
        HALF_SPLIT,
        /// Neighbours.
        INTERLEAVED
    }

    private RotaryEmbedding(Pairing pairing, Tensor cos, Tensor sin) {
        this.pairing = pairing;
        this.cos = cos;
        this.sin = sin;
    }

    /// By tables of one's own.
    ///
    /// @param cos `[positions, rotaryDim / 2]`, floating
    /// @param sin the same
    public static RotaryEmbedding of(Pairing pairing, Tensor cos, Tensor sin) {
        Checks.require(
                cos.rank() == 2 && sin.rank() == 2 && cos.size(0) == sin.size(0) && cos.size(1) == sin.size(1),
                "cos and sin must be [positions, rotaryDim / 2]: cos=%s, sin=%s",
                cos,
                sin);
        Door.floating("cos", cos);
        Door.floating("sin", sin);
        return new RotaryEmbedding(pairing, cos, sin);
    }

    /// By the usual frequencies `base^(−2r / rotaryDim)`, scaled for contexts longer than those of training.
    ///
    /// @param rotaryDim elements of a row that are turned, even
    /// @param positions positions that the tables reach
    public static RotaryEmbedding of(
            Pairing pairing, int rotaryDim, double base, RotaryScaling scaling, int positions) {
        Checks.require(
                rotaryDim > 0 && rotaryDim % 2 == 0, "rotaryDim must be even and positive: rotaryDim=%d", rotaryDim);
        Checks.require(base > 0 && Double.isFinite(base), "base must be positive and finite: base=%s", base);
        Checks.notNegative("positions", positions);
        int pairs = rotaryDim / 2;
        Tensor cos = Tensor.of(new double[Math.multiplyExact(positions, pairs)], positions, pairs);
        Tensor sin = Tensor.of(new double[positions * pairs], positions, pairs);
        double magnitude = scaling.magnitude();
        for (int r = 0; r < pairs; r++) {
            double frequency = scaling.frequency(r, rotaryDim, base);
            for (int p = 0; p < positions; p++) {
                cos.set(magnitude * Math.cos(p * frequency), p, r);
                sin.set(magnitude * Math.sin(p * frequency), p, r);
            }
        }
        return new RotaryEmbedding(pairing, cos, sin);
    }

    /// Elements of a row that are turned.
    public int rotaryDim() {
        return 2 * cos.size(1);
    }

    /// Positions that the tables reach.
    public int positions() {
        return cos.size(0);
    }

    /// Turns the rows of `x`: row `i` of sequence `b` stands at position `first[b] + i`.
    ///
    /// @param x `[batch, heads, len, dim]`
    /// @param first `[batch]`
    /// @param target the same shape; it may be `x` itself
    public void rotate(Tensor x, int[] first, Tensor target) {
        check(x, target);
        Checks.require(
                first.length == x.size(0),
                "first needs an entry for each sequence: batch=%d, entries=%d",
                x.size(0),
                first.length);
        for (int b = 0; b < x.size(0); b++) {
            checkPositions(first[b], x.size(2));
        }
        double[] row = new double[x.size(3)];
        for (int b = 0; b < x.size(0); b++) {
            for (int i = 0; i < x.size(2); i++) {
                rotateHeads(x, b, i, first[b] + i, target, row);
            }
        }
    }

    /// Turns the rows of `x`, each at a position of its own.
    ///
    /// @param positions `[batch · len]`, the rows of a sequence together
    public void rotateAt(Tensor x, int[] positions, Tensor target) {
        check(x, target);
        int len = x.size(2);
        Checks.require(
                positions.length == x.size(0) * len,
                "positions needs an entry for each row: rows=%d, entries=%d",
                x.size(0) * len,
                positions.length);
        for (int position : positions) {
            checkPositions(position, 1);
        }
        double[] row = new double[x.size(3)];
        for (int n = 0; n < positions.length; n++) {
            rotateHeads(x, n / len, n % len, positions[n], target, row);
        }
    }

    private void check(Tensor x, Tensor target) {
        Checks.require(
                x.rank() == 4 && java.util.Arrays.equals(x.shape(), target.shape()) && x.size(3) >= rotaryDim(),
                "x and target must be [batch, heads, len, dim] with dim at least rotaryDim=%d: x=%s, target=%s",
                rotaryDim(),
                x,
                target);
        Door.floating("x", x);
        Door.floating("target", target);
        Door.readable("x", x);
        Door.writable("target", target);
        if (!isSame(x, target)) {
            Door.apart("target", target, "x", x);
        }
    }

    private static boolean isSame(Tensor x, Tensor target) {
        return x.segment().equals(target.segment())
                && x.type() == target.type()
                && x.offset() == target.offset()
                && x.stride(0) == target.stride(0)
                && x.stride(1) == target.stride(1)
                && x.stride(2) == target.stride(2)
                && x.stride(3) == target.stride(3);
    }

    /// Refuses positions past the tables.
    void checkPositions(int first, int len) {
        if (first < 0 || (long) first + len > positions()) {
            throw Checks.refusal("positions must lie within the tables' %d: first=%d, len=%d", positions(), first, len);
        }
    }

    private void rotateHeads(Tensor x, int b, int i, int position, Tensor target, double[] row) {
        for (int h = 0; h < x.size(1); h++) {
            StoredRows.read(x, rowAt(x, b, h, i), x.stride(3), row);
            rotate(row, position);
            long to = rowAt(target, b, h, i);
            for (int d = 0; d < row.length; d++) {
                target.type().write(target.segment(), to + d * target.stride(3), row[d]);
            }
        }
    }

    private static long rowAt(Tensor tensor, int b, int h, int i) {
        return tensor.offset() + b * tensor.stride(0) + h * tensor.stride(1) + i * tensor.stride(2);
    }

    /// Turns one row that stands at `position`, which is within the tables.
    void rotate(double[] row, int position) {
        int pairs = cos.size(1);
        int apart = pairing == Pairing.INTERLEAVED ? 1 : pairs;
        for (int r = 0; r < pairs; r++) {
            int first = pairing == Pairing.INTERLEAVED ? 2 * r : r;
            double c = at(cos, position, r);
            double s = at(sin, position, r);
            double one = row[first];
            double two = row[first + apart];
            row[first] = one * c - two * s;
            row[first + apart] = two * c + one * s;
        }
    }

    private static double at(Tensor table, int position, int r) {
        return table.type().read(table.segment(), table.offset() + position * table.stride(0) + r * table.stride(1));
    }
}
