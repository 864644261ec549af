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
    private static final double LN_2 = Math.log(2);

    private final boolean wanted;
    private final TileShape shape;
    private final int group;
    private final int queryHeads;
    private final int mostRows;
    private final double[] logSumExp;
    private final float[][] tiles;
    private final double[][] columns;

    ColumnMass(AttentionSpec spec, AttentionSizes sizes, TileShape shape, int workers) {
        this.shape = shape;
        wanted = spec.extraOutputs().contains(ExtraOutput.COLUMN_MASS);
        group = spec.groupSize();
        queryHeads = spec.queryHeads();
        mostRows = sizes.queryLen();
        long rows = wanted ? (long) sizes.batch() * queryHeads * mostRows : 0;
        logSumExp = new double[Math.toIntExact(rows)];
        tiles = new float[workers][wanted ? group * TileShape.KEYS : 0];
        columns = new double[workers][wanted ? group * TileShape.KEYS : 0];
    }

    boolean isWanted() {
        return wanted;
    }

    long bytes() {
        return Double.BYTES * (long) logSumExp.length
                + tiles.length * (long) tiles[0].length * (Float.BYTES + Double.BYTES);
    }

    /// Notes what a row is divided by.
    void note(int b, int head, int i, double value) {
        if (wanted) {
            logSumExp[at(b, head, i)] = value;
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
        int rows = call.queryLen(b) * group;
        for (int first = 0; first < rows; first += shape.rows()) {
            attention.load(call, b, kvHead, first, s);
            products.beginTile(worker, s);
            if (attention.bound(call, s, block, products.isPerGroup())) {
                products.scores(worker, s, block);
                addTile(call, attention.softmax(), block, tiles[worker], s);
                for (int n = 0; n < sums.length; n++) {
                    sums[n] += tiles[worker][n];
                }
            }
        }
        int count = Math.min(TileShape.KEYS, call.kvLen(b) - block * TileShape.KEYS);
        for (int g = 0; g < group; g++) {
            for (int n = 0; n < count; n++) {
                call.diagnostics()
                        .writeColumn(b, kvHead * group + g, block * TileShape.KEYS + n, sums[g * TileShape.KEYS + n]);
            }
        }
    }

    /// The sums of a tile alone, in f32; those of all tiles are double.
    private void addTile(AttentionCall call, TileSoftmax softmax, int block, float[] sums, TileScratch s) {
        int origin = block * TileShape.KEYS;
        boolean scaled = StoredBlock.hasScales(call);
        if (scaled) {
            StoredBlock.readScales(call, origin, Math.min(shape.blockKeys(), call.kvLen(s.b) - origin), s);
        }
        Arrays.fill(sums, 0);
        for (int r = 0; r < s.rows; r++) {
            int from = s.groupFrom[r / ROWS];
            int to = s.groupTo[r / ROWS];
            double lse = logSumExp[at(s.b, s.head(r), s.queryRow(r))];
            if (from >= to || lse == Double.NEGATIVE_INFINITY) {
                continue;
            }
            softmax.shape(call, r, origin, from, to, scaled, s);
            int rowFrom = Math.clamp(s.rowFrom[r] - (long) origin, from, to);
            int rowTo = Math.clamp(s.rowTo[r] - (long) origin, rowFrom, to);
            int at = s.scoresAt + r * TileShape.KEYS;
            Arrays.fill(s.weights, at + from, at + rowFrom, Float.NEGATIVE_INFINITY);
            Arrays.fill(s.weights, at + rowTo, at + to, Float.NEGATIVE_INFINITY);
            int column = (s.head(r) - s.kvHead * group) * TileShape.KEYS;
            float base = (float) (lse / LN_2);
            RowFunctions.addProbabilities(s.weights, at + from, softmax.factor(), base, sums, column + from, to - from);
        }
    }
}
