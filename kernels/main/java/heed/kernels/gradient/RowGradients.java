package heed.kernels.gradient;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.GradientCall;
import heed.kernels.score.RowScores;
import heed.kernels.score.ScoreSlopes;
import heed.kernels.score.ScoreSteps;
import heed.kernels.tile.RowFunctions;
import heed.kernels.tile.RowMath;
import java.util.Arrays;

/// What lies between the products of a gradient, a row of a block at a time: scores become probabilities,
/// cotangents of probabilities become those of scores.
final class RowGradients {
    private static final double LOG2_E = 1 / Math.log(2);

    private final ScoreSteps steps;
    private final ScoreSlopes slopes;
    private final RowScores row;
    private final float[] slope;
    private final float scale;
    private final float probabilityScale;

    /// From what the tile holds to scores.
    private final double unit;

    /// And to exponents of 2.
    private final float factor;

    RowGradients(AttentionSpec spec, ScoreSteps steps) {
        this.steps = steps;
        slopes = new ScoreSlopes(spec);
        row = steps.newRow(GradientTile.KEYS);
        slope = new float[GradientTile.KEYS];
        scale = (float) spec.softmaxScale();
        unit = steps.isEmpty() ? spec.softmaxScale() : 1;
        factor = (float) (unit * LOG2_E);
        probabilityScale = (float) spec.probabilityScale();
    }

    long bytes() {
        return row.bytes() + slopes.bytes() + (long) Float.BYTES * slope.length;
    }

    /// Row `r` of the tile and the keys from `first` on: products `s` become `c · P`, products `g` become `dX`,
    /// both 0 where the row sees nothing.
    void run(GradientCall call, TileRows rows, int r, int first, float[] s, float[] g, int at) {
        int from = r < rows.count ? Math.clamp((long) rows.from[r] - first, 0, GradientTile.KEYS) : 0;
        int to = r < rows.count ? Math.clamp((long) rows.to[r] - first, 0, GradientTile.KEYS) : 0;
        if (from >= to || rows.logSumExp[r] == Double.NEGATIVE_INFINITY) {
            Arrays.fill(s, at, at + GradientTile.KEYS, 0);
            Arrays.fill(g, at, at + GradientTile.KEYS, 0);
            return;
        }
        clearOutside(s, g, at, from, to);
        if (!steps.isEmpty()) {
            shape(call.forward(), rows, r, first, from, to, s, at);
        }
        Arrays.fill(s, at, at + from, Float.NEGATIVE_INFINITY);
        Arrays.fill(s, at + to, at + GradientTile.KEYS, Float.NEGATIVE_INFINITY);
        float shift = rows.shift[r] == 0 || unit == 0 ? 0 : (float) (rows.shift[r] / unit);
        RowFunctions.scoreGradients(
                s,
                g,
                at,
                GradientTile.KEYS,
                factor,
                shift,
                (float) ((rows.logSumExp[r] + (rows.shift[r] - shift * unit)) * LOG2_E),
                probabilityScale,
                (float) rows.mean[r]);
        if (call.wantsBias()) {
            for (int n = from; n < to; n++) {
                if (g[at + n] != 0) {
                    call.addBias(rows.b, rows.head(r), rows.queryRow(r), first + n, g[at + n]);
                }
            }
        }
        if (!slopes.areOne()) {
            multiply(g, at);
        }
    }

    private void shape(AttentionCall call, TileRows rows, int r, int first, int from, int to, float[] s, int at) {
        RowMath.scale(s, at, scale, GradientTile.KEYS);
        row.place(call, rows.b, rows.head(r), rows.queryRow(r));
        row.columns(first, 0, GradientTile.KEYS, from, to, false);
        row.scores(s, at);
        slopes.run(call, row, slope);
        steps.apply(call, row);
    }

    /// Panels that no row of the group sees hold what an earlier block left.
    private static void clearOutside(float[] s, float[] g, int at, int from, int to) {
        Arrays.fill(s, at, at + from, 0);
        Arrays.fill(s, at + to, at + GradientTile.KEYS, 0);
        Arrays.fill(g, at, at + from, 0);
        Arrays.fill(g, at + to, at + GradientTile.KEYS, 0);
    }

    /// A key that weighs nothing keeps its 0, whatever its slope.
    private void multiply(float[] g, int at) {
        for (int n = 0; n < GradientTile.KEYS; n++) {
            g[at + n] = g[at + n] == 0 ? 0 : g[at + n] * slope[n];
        }
    }
}
