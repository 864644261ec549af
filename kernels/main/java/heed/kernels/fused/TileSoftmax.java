package heed.kernels.fused;

import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.kernels.score.ScoreSteps;
import heed.kernels.tile.OnlineSoftmax;
import heed.kernels.tile.RowMath;
import java.util.Arrays;

/// What lies between the two products of a tile: scores become weights, row by row.
final class TileSoftmax {
    private static final double LOG2_E = 1 / Math.log(2);

    private final TileShape shape;
    private final ScoreSteps steps;

    /// From what the softmax is given to exponents of 2. Within the floats above 0: a factor of 0 would make NaN
    /// of the −∞ of a hidden key.
    private final double factor;

    TileSoftmax(AttentionSpec spec, TileShape shape, ScoreSteps steps) {
        this.shape = shape;
        this.steps = steps;
        double magnitude = steps.isEmpty() ? Math.abs(spec.softmaxScale()) : 1;
        factor = Math.clamp(magnitude * LOG2_E, Float.MIN_VALUE, Float.MAX_VALUE);
    }

    double factor() {
        return factor;
    }

    /// Turns the scores of `block` into weights.
    void run(AttentionCall call, int block, TileScratch scratch) {
        int origin = block * TileShape.KEYS;
        boolean scaled = StoredBlock.hasScales(call);
        if (scaled) {
            int count = Math.min(shape.blockKeys(), call.kvLen(scratch.b) - origin);
            StoredBlock.readScales(call, origin, count, scratch);
        }
        for (int r = 0; r < scratch.rows; r++) {
            int from = scratch.groupFrom[r / ROWS];
            int to = scratch.groupTo[r / ROWS];
            if (from >= to) {
                continue;
            }
            int at = r * TileShape.KEYS;
            shape(call, r, origin, from, to, scaled, scratch);
            weigh(r, origin, from, to, scratch);
            if (scratch.diagnostics.areWanted()) {
                diagnose(call, r, origin, from, to, scratch);
            }
            if (scaled) {
                RowMath.multiply(scratch.weights, at + from, scratch.scales, TileShape.KEYS + from, to - from);
            }
            hide(r, origin, from, to, scaled, scratch);
        }
    }

    private void diagnose(AttentionCall call, int r, int origin, int from, int to, TileScratch scratch) {
        hide(r, origin, from, to, false, scratch);
        int at = r * TileShape.KEYS;
        int position = call.offset(scratch.b) + scratch.queryRow(r);
        scratch.diagnostics.add(
                scratch.weights,
                scratch.scoresAt + at,
                at,
                from,
                to,
                origin,
                position,
                (float) factor,
                scratch.softmax,
                r);
    }

    /// Weights of 0 where row `r` sees nothing; with `spoilt`, those that mask tensors hid may be so no more, as
    /// 0 times a scale that is not a number.
    private void hide(int r, int origin, int from, int to, boolean spoilt, TileScratch scratch) {
        int rowFrom = scratch.firstColumn(r, origin, from, to);
        int rowTo = scratch.endColumn(r, origin, from, to);
        int at = r * TileShape.KEYS;
        if (from < rowFrom || rowTo < to) {
            Arrays.fill(scratch.weights, at + from, at + rowFrom, 0);
            Arrays.fill(scratch.weights, at + rowTo, at + to, 0);
        }
        if (spoilt && steps.mayHide()) {
            for (int n = at + rowFrom; n < at + rowTo; n++) {
                scratch.weights[n] = scratch.seen[n] ? scratch.weights[n] : 0;
            }
        }
    }

    /// Makes of products of row `r` and columns `from … to` what the softmax is given. Without steps the scale
    /// goes into the exponential's own multiply-add; with them a score must be itself first.
    void shape(AttentionCall call, int r, int origin, int from, int to, boolean scaled, TileScratch scratch) {
        int rowFrom = scratch.firstColumn(r, origin, from, to);
        int rowTo = scratch.endColumn(r, origin, from, to);
        int scoresAt = scratch.scoresAt + r * TileShape.KEYS;
        float[] weights = scratch.weights;
        if (scaled) {
            RowMath.multiply(weights, scoresAt + from, scratch.scales, from, to - from);
        }
        if (!steps.isEmpty() && rowFrom < rowTo) {
            RowMath.scale(weights, scoresAt + from, steps.scale(), to - from);
            scratch.scores.place(call, scratch.b, scratch.head(r), scratch.queryRow(r));
            scratch.scores.columns(origin, from, to, rowFrom, rowTo, scratch.groupCovered[r / ROWS]);
            scratch.scores.scores(weights, scoresAt);
            steps.apply(call, scratch.scores);
        }
    }

    /// Weights of what row `r` sees of them.
    private void weigh(int r, int origin, int from, int to, TileScratch scratch) {
        int rowFrom = scratch.firstColumn(r, origin, from, to);
        int rowTo = scratch.endColumn(r, origin, from, to);
        int at = r * TileShape.KEYS;
        int scoresAt = scratch.scoresAt + at;
        float[] weights = scratch.weights;
        if (steps.mayHide()) {
            NonFiniteValues.noteSeen(scratch, at + rowFrom, scoresAt + rowFrom, rowTo - rowFrom);
        }
        OnlineSoftmax.update(
                weights, scoresAt, at, rowFrom, rowTo, factor, steps.hide(), scratch.softmax, r, scratch.lanes);
    }
}
