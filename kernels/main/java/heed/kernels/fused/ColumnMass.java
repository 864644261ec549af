package heed.kernels.fused;

import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ExtraOutput;
import heed.kernels.tile.RowFunctions;
import java.util.Arrays;

/// The mass of each key, `Σᵢ p[i, j]`: scores are computed once more, when the log-sum-exp of every row is
/// known, and summed down their columns. It costs the first of the two products and the exponentials again.
final class ColumnMass {
    /// Rows that are summed in f32.
    private static final int SUMMED = 48;

    /// References up to here leave an exponent its fraction.
    private static final double NEAR = 1 << 14;

    /// And up to here they are whole numbers, see [heed.kernels.tile.SoftmaxRows].
    private static final double WHOLE = 1 << 21;

    private final boolean wanted;
    private final TileShape shape;
    private final int group;
    private final int queryHeads;
    private final int mostRows;
    private final double[] reference;
    private final double[] logarithm;
    private final float[][] tiles;
    private final double[][] columns;

    /// Which rows, by absolute multiples, a thread's f32 sums are of.
    private final int[] summed;

    ColumnMass(AttentionSpec spec, AttentionSizes sizes, TileShape shape, int workers) {
        this.shape = shape;
        wanted = spec.extraOutputs().contains(ExtraOutput.COLUMN_MASS);
        group = spec.groupSize();
        queryHeads = spec.queryHeads();
        mostRows = sizes.queryLen();
        long rows = wanted ? (long) sizes.batch() * queryHeads * mostRows : 0;
        reference = new double[Math.toIntExact(rows)];
        logarithm = new double[reference.length];
        tiles = new float[workers][wanted ? group * TileShape.KEYS : 0];
        summed = new int[workers];
        columns = new double[workers][wanted ? group * TileShape.KEYS : 0];
    }

    boolean isWanted() {
        return wanted;
    }

    long bytes() {
        return 2L * Double.BYTES * reference.length
                + tiles.length * (long) tiles[0].length * (Float.BYTES + Double.BYTES);
    }

    /// Notes what a row is divided by, both to base 2.
    ///
    /// @param value its reference, −∞ if it sees no key
    /// @param sum the logarithm of its denominator, sink included, relative to that
    void note(int b, int head, int i, double value, double sum) {
        if (wanted) {
            reference[at(b, head, i)] = value;
            logarithm[at(b, head, i)] = sum;
        }
    }

    private int at(int b, int head, int i) {
        return (b * queryHeads + head) * mostRows + i;
    }

    /// Writes the masses of the keys of `block` for the heads of `kvHead`.
    void write(
            AttentionCall call,
            FusedAttention attention,
            TileProducts products,
            int b,
            int kvHead,
            int block,
            int worker,
            TileScratch s) {
        double[] sums = columns[worker];
        Arrays.fill(sums, 0);
        Arrays.fill(tiles[worker], 0);
        int rows = call.queryLen(b) * group;
        for (int first = 0; first < rows; first += shape.rows()) {
            call.checkCancelled();
            attention.load(call, b, kvHead, first, s);
            products.beginTile(worker, s);
            if (attention.bound(call, s, block, products.isPerGroup())) {
                products.scores(worker, s, block);
                addTile(call, attention.softmax(), block, worker, s);
            }
        }
        flush(worker);
        int count = Math.min(TileShape.KEYS, call.kvLen(b) - block * TileShape.KEYS);
        for (int g = 0; g < group; g++) {
            for (int n = 0; n < count; n++) {
                call.diagnostics()
                        .writeColumn(b, kvHead * group + g, block * TileShape.KEYS + n, sums[g * TileShape.KEYS + n]);
            }
        }
    }

    /// Some rows are summed in f32, from absolute multiples on, so that no bit depends on a tile's rows; all in
    /// double.
    private void flush(int worker) {
        for (int n = 0; n < tiles[worker].length; n++) {
            columns[worker][n] += tiles[worker][n];
        }
        Arrays.fill(tiles[worker], 0);
    }

    private void addTile(AttentionCall call, TileSoftmax softmax, int block, int worker, TileScratch s) {
        float[] sums = tiles[worker];
        int origin = block * TileShape.KEYS;
        boolean scaled = StoredBlock.hasScales(call);
        if (scaled) {
            StoredBlock.readScales(call, origin, Math.min(shape.blockKeys(), call.kvLen(s.b) - origin), s);
        }
        for (int r = 0; r < s.rows; r++) {
            int some = (s.firstRow + r) / SUMMED;
            if (some != summed[worker]) {
                flush(worker);
                summed[worker] = some;
            }
            int from = s.groupFrom[r / ROWS];
            int to = s.groupTo[r / ROWS];
            int row = at(s.b, s.head(r), s.queryRow(r));
            if (from >= to || reference[row] == Double.NEGATIVE_INFINITY) {
                continue;
            }
            softmax.shape(call, r, origin, from, to, scaled, s);
            int rowFrom = s.firstColumn(r, origin, from, to);
            int rowTo = s.endColumn(r, origin, from, to);
            int at = s.scoresAt + r * TileShape.KEYS;
            Arrays.fill(s.weights, at + from, at + rowFrom, Float.NEGATIVE_INFINITY);
            Arrays.fill(s.weights, at + rowTo, at + to, Float.NEGATIVE_INFINITY);
            int column = (s.head(r) - s.kvHead * group) * TileShape.KEYS;
            double factor = softmax.factor();
            double far = Math.abs(reference[row]);
            float shift = far <= NEAR ? 0 : (float) (reference[row] / factor);
            // beyond whole numbers the reference is a score's, which the quotient gives back
            double beside = far > WHOLE ? 0 : reference[row] - shift * factor;
            RowFunctions.addProbabilities(
                    s.weights,
                    at + from,
                    (float) factor,
                    shift,
                    (float) (beside + logarithm[row]),
                    sums,
                    column + from,
                    to - from);
        }
    }
}
