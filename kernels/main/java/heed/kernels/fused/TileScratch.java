package heed.kernels.fused;

import static heed.kernels.tile.Lanes.ROWS;
import static heed.kernels.tile.Lanes.WIDTH;

import heed.kernels.tile.RowMath;

/// What one thread needs while it computes one tile. All of it is allocated when planning.
///
/// Scores, weights and rows live in Java arrays: the compiler turns array accesses of a whole register tile into
/// plain loads, where as many segment accesses pass its node budget (12 instead of 113 GFLOP/s seen).
public final class TileScratch {
    /// Elements of a row's state: maximum, sum, rescale factor.
    static final int STATE = 3;

    /// Query rows, with what of the scale costs no digit: `[rows, headDim]`.
    public final float[] query;

    /// Scores, then weights, of a tile: `[rows, blockKeys]`.
    public final float[] scores;

    /// Accumulated output: `[rows, paddedValueDim]`.
    public final float[] output;

    /// Softmax states: `[rows, STATE]`.
    final float[] state;

    /// Rows of keys or values on their way between the caller's layout and the packed one.
    final float[] row;

    /// A vector.
    final float[] lanes;

    /// First column of the block that a group of [heed.kernels.tile.Lanes#ROWS] rows sees, a panel's begin.
    public final int[] groupFrom;

    /// One past its last column, a panel's end; not above [#groupFrom] if the group sees nothing of the block.
    public final int[] groupTo;

    /// First key that a row sees.
    final int[] rowFrom;

    /// One past its last.
    final int[] rowTo;

    /// Which keys of a block a row of scores saw, for blocks with non-finite values.
    final boolean[] seen;

    /// Rows of the tile, padding not included.
    int rows;

    /// Allocates for tiles of `shape`.
    public TileScratch(TileShape shape) {
        int rowsMax = shape.rows();
        query = new float[rowsMax * shape.headDim()];
        scores = new float[rowsMax * shape.blockKeys()];
        output = new float[rowsMax * shape.paddedValueDim()];
        state = new float[rowsMax * STATE];
        row = new float[Math.max(shape.headDim(), shape.paddedValueDim())];
        lanes = new float[WIDTH];
        groupFrom = new int[rowsMax / ROWS];
        groupTo = new int[rowsMax / ROWS];
        rowFrom = new int[rowsMax];
        rowTo = new int[rowsMax];
        seen = new boolean[rowsMax * shape.blockKeys()];
    }

    /// The factor for what row `r` accumulated before this block.
    public float rescale(int r) {
        return state[r * STATE + 2];
    }

    /// Multiplies what row `r` accumulated by its factor for this block and adds `sum[0 … paddedValueDim)`.
    public void add(int r, float[] sum) {
        RowMath.rescaleAdd(output, r * sum.length, rescale(r), sum, 0, sum.length);
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
        return Float.BYTES * ((long) query.length + scores.length + output.length + state.length + row.length)
                + seen.length
                + Integer.BYTES * 2L * (groupFrom.length + rowFrom.length);
    }
}
