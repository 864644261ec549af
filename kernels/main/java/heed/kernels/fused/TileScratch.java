package heed.kernels.fused;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.Lanes.roundUp;

import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.kernels.score.RowScores;
import heed.kernels.score.ScoreSteps;
import heed.kernels.score.TileMask;
import heed.kernels.tile.RowMath;
import heed.kernels.tile.SoftmaxRows;

/// What one thread needs while it computes one tile. All of it is allocated when planning.
///
/// Scores, weights and rows live in Java arrays: the compiler turns array accesses of a whole register tile into
/// plain loads, where as many segment accesses pass its node budget (12 instead of 113 GFLOP/s seen).
public final class TileScratch {
    /// Query rows: `[rows, headDim]`.
    public final float[] query;

    /// Weights of a block, `[rows, KEYS]` of [TileShape#KEYS], and its scores, the same from [#scoresAt] on.
    ///
    /// Weights are made a group of rows after the other, from scores that must still be there for a second look.
    /// So the two lie a group apart, each group's weights where the scores of the one before were, and a tile
    /// takes a cache for one of them. The few rows of decoding lie wholly apart.
    public final float[] weights;

    /// Where the scores begin.
    public final int scoresAt;

    /// Accumulated output of a split: `[rows, paddedValueDim]`.
    public final float[] output;

    /// First column of the block that a group of [heed.kernels.tile.Lanes#ROWS] rows sees, a panel's begin.
    public final int[] groupFrom;

    /// One past its last column, a panel's end; not above [#groupFrom] if the group sees nothing of the block.
    public final int[] groupTo;

    /// Softmax states of a split.
    final SoftmaxRows softmax;

    /// The merge of the splits so far.
    final RowTotals totals;

    /// A row on its way from or to the caller's memory.
    final float[] row;

    /// The keys of a panel, or their values, on their way from there to the packed ones: row after row.
    final float[] panel;

    /// A panel of the caller's keys, dim after dim; empty where keys lie in rows.
    final float[] keyPanel;

    /// Converts them.
    final Rows convert;

    /// Scales of a block's keys, then those of its values.
    final float[] scales;

    /// A vector.
    final float[] lanes;

    /// Which keys of a block no mask hides from a row within its interval: `[rows, KEYS]`, empty for specs that
    /// hide none there.
    final boolean[] seen;

    /// Whether the mask is known to hide nothing of a group's columns.
    final boolean[] groupCovered;

    /// The scores of a row on their way to weights.
    final RowScores scores;

    /// What the rows tell besides, of a split.
    final RowDiagnostics diagnostics;

    /// Judges tiles.
    final TileMask.Ranges ranges;

    /// First key that a row sees.
    final int[] rowFrom;

    /// One past its last.
    final int[] rowTo;

    /// Sequence of the tile.
    int b;

    /// Its kv head.
    int kvHead;

    /// The two as one number.
    int slot;

    /// Its first row.
    int firstRow;

    /// Rows of the tile, padding not included.
    int rows;

    private final int group;

    /// Allocates for tiles of `shape`, whose rows are those of a group's query heads by turns.
    TileScratch(AttentionSpec spec, TileShape shape, ScoreSteps steps) {
        group = spec.groupSize();
        int rowsMax = shape.scratchRows();
        int longest = Math.max(shape.headDim(), shape.paddedValueDim());
        query = new float[rowsMax * shape.headDim()];
        int apart = Math.max(ROWS, Math.min(rowsMax, roundUp(TileShape.DIRECT_ROWS, ROWS)));
        scoresAt = apart * TileShape.KEYS;
        weights = new float[scoresAt + rowsMax * TileShape.KEYS];
        output = new float[rowsMax * shape.paddedValueDim()];
        softmax = new SoftmaxRows(rowsMax);
        totals = new RowTotals(spec, rowsMax, shape.paddedValueDim());
        row = new float[longest];
        panel = new float[PANEL * longest];
        keyPanel = new float[spec.keyLayout() instanceof KeyLayout.Panels(int width) ? width * shape.headDim() : 0];
        convert = new Rows(Math.max(panel.length, keyPanel.length));
        scales = new float[2 * TileShape.KEYS];
        lanes = new float[WIDTH];
        seen = new boolean[steps.mayHide() ? rowsMax * TileShape.KEYS : 0];
        groupCovered = new boolean[rowsMax / ROWS];
        scores = steps.newRow(TileShape.KEYS);
        diagnostics = new RowDiagnostics(spec, rowsMax);
        ranges = steps.tileMask().newRanges();
        groupFrom = new int[rowsMax / ROWS];
        groupTo = new int[rowsMax / ROWS];
        rowFrom = new int[rowsMax];
        rowTo = new int[rowsMax];
    }

    /// The query row that row `r` is.
    int queryRow(int r) {
        return (firstRow + r) / group;
    }

    /// The query head that row `r` belongs to.
    int head(int r) {
        return kvHead * group + (firstRow + r) % group;
    }

    /// First of columns `from … to` of the block that begins at key `origin` that row `r` sees; [#endColumn] if
    /// none.
    int firstColumn(int r, int origin, int from, int to) {
        return Math.clamp(rowFrom[r] - (long) origin, from, to);
    }

    /// One past the last of them.
    int endColumn(int r, int origin, int from, int to) {
        return Math.clamp(rowTo[r] - (long) origin, firstColumn(r, origin, from, to), to);
    }

    /// The factor for what row `r` accumulated before this block.
    public float rescale(int r) {
        return softmax.rescale(r);
    }

    /// Multiplies what row `r` accumulated by its factor for this block and adds `sum[at … at + length)`.
    public void add(int r, float[] sum, int at, int length) {
        RowMath.rescaleAdd(output, r * length, rescale(r), sum, at, length);
    }

    /// First column of the block that some group sees.
    public int from() {
        int from = Integer.MAX_VALUE;
        for (int g = 0; g < groups(); g++) {
            from = groupFrom[g] < groupTo[g] ? Math.min(from, groupFrom[g]) : from;
        }
        return from;
    }

    /// One past the last column of the block that some group sees; not above [#from] if none sees any.
    public int to() {
        int to = 0;
        for (int g = 0; g < groups(); g++) {
            to = groupFrom[g] < groupTo[g] ? Math.max(to, groupTo[g]) : to;
        }
        return to;
    }

    /// Number of the tile's sequence and kv head.
    public int slot() {
        return slot;
    }

    /// Rows of the tile, padding not included.
    public int rows() {
        return rows;
    }

    /// Groups of rows in the tile.
    public int groups() {
        return (rows + ROWS - 1) / ROWS;
    }

    /// Bytes held.
    public long bytes() {
        long floats = (long) query.length
                + weights.length
                + output.length
                + row.length
                + panel.length
                + keyPanel.length
                + scales.length
                + lanes.length;
        return Float.BYTES * floats
                + Integer.BYTES * 2L * (groupFrom.length + rowFrom.length)
                + seen.length
                + groupCovered.length
                + scores.bytes()
                + diagnostics.bytes()
                + softmax.bytes()
                + totals.bytes()
                + convert.bytes();
    }
}
