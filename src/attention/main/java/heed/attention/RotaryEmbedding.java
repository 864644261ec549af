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
        for (int b = 0; b < x.size(0); b++) {
            for (int i = 0; i < x.size(2); i++) {
                rotateHeads(x, b, i, first[b] + i, target);
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
        for (int n = 0; n < positions.length; n++) {
            rotateHeads(x, n / len, n % len, positions[n], target);
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
    }

    /// Refuses positions past the tables.
    void checkPositions(int first, int len) {
        Checks.require(
                first >= 0 && (long) first + len <= positions(),
                "positions must lie within the tables' %d: first=%d, len=%d",
                positions(),
                first,
                len);
    }

    private void rotateHeads(Tensor x, int b, int i, int position, Tensor target) {
        for (int h = 0; h < x.size(1); h++) {
            for (int r = 0; r < cos.size(1); r++) {
                int first = pairing == Pairing.INTERLEAVED ? 2 * r : r;
                int second = pairing == Pairing.INTERLEAVED ? 2 * r + 1 : r + cos.size(1);
                double c = cos.get(position, r);
                double s = sin.get(position, r);
                double one = x.get(b, h, i, first);
                double two = x.get(b, h, i, second);
                target.set(one * c - two * s, b, h, i, first);
                target.set(two * c + one * s, b, h, i, second);
            }
            for (int d = rotaryDim(); d < x.size(3); d++) {
                target.set(x.get(b, h, i, d), b, h, i, d);
            }
        }
    }
}
