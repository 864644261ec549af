package heed.kernels.tile;

/// The running softmax of the rows of a tile: for each the reference that its exponents are taken against, and
/// the sum.
///
/// With `x` the score times the row's factor to base 2, a key weighs `2^(x − reference)`. Any reference near the
/// maximum serves; an integer one makes every rescaling a power of two, which rounds nothing. It is kept as what
/// the kernel takes away: `reference = factor · shift + exponent`, of which `shift` is 0 but for scores past
/// [Exp2#NEAR].
public final class SoftmaxRows {
    private final float[] shift;
    private final float[] exponent;
    private final double[] reference;
    private final double[] sum;
    private final float[] rescale;

    /// `rows` rows that have seen nothing.
    public SoftmaxRows(int rows) {
        shift = new float[rows];
        exponent = new float[rows];
        reference = new double[rows];
        sum = new double[rows];
        rescale = new float[rows];
        for (int r = 0; r < rows; r++) {
            clear(r);
        }
    }

    /// Forgets what row `r` saw.
    public void clear(int r) {
        shift[r] = 0;
        exponent[r] = 0;
        reference[r] = Double.NEGATIVE_INFINITY;
        sum[r] = 0;
        rescale[r] = 1;
    }

    /// To base 2; −∞ if row `r` has seen no key.
    public double reference(int r) {
        return reference[r];
    }

    /// The sum of the weights that row `r` has seen.
    public double sum(int r) {
        return sum[r];
    }

    /// The factor for what row `r` had accumulated before the last block.
    public float rescale(int r) {
        return rescale[r];
    }

    /// Bytes held.
    public long bytes() {
        return shift.length * (3L * Float.BYTES + 2L * Double.BYTES);
    }

    float shift(int r) {
        return shift[r];
    }

    float exponent(int r) {
        return exponent[r];
    }

    void keepScale(int r) {
        rescale[r] = 1;
    }

    boolean hasSeen(int r) {
        return reference[r] != Double.NEGATIVE_INFINITY;
    }

    /// Whether [Exp2#weight] may be used: the reference is an integer up to [Exp2#NEAR].
    boolean isNear(int r) {
        return hasSeen(r) && shift[r] == 0;
    }

    /// Takes in a block whose largest score is `max`: raises the reference to it, never lowers it.
    void raise(int r, float max, double factor) {
        double largest = max * factor;
        if (max == Float.NEGATIVE_INFINITY || largest <= reference[r]) {
            return;
        }
        double old = reference[r];
        if (Math.abs(largest) <= Exp2.NEAR) {
            shift[r] = 0;
            exponent[r] = (float) Math.ceil(largest);
            reference[r] = exponent[r];
        } else {
            shift[r] = max;
            exponent[r] = 0;
            reference[r] = largest;
        }
        float step = Exp2.of(old - reference[r]);
        rescale[r] *= step;
        sum[r] *= step;
    }

    void add(int r, float blockSum) {
        sum[r] += blockSum;
    }

    /// A row whose keys so far were all hidden but for what is not a number.
    void spoil(int r) {
        reference[r] = 0;
        sum[r] = Double.NaN;
    }
}
