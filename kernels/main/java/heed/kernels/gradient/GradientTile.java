package heed.kernels.gradient;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.WIDTH;
import static heed.kernels.tile.Lanes.roundUp;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.GradientCall;
import heed.kernels.fused.Rows;
import heed.kernels.score.ScoreSteps;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.Panels;
import heed.kernels.tile.RegisterTile;
import heed.kernels.tile.RowMath;
import java.util.Arrays;

/// The gradient of one kv head of one sequence: FlashAttention-2 (Dao 2023, arXiv:2307.08691), Algorithm 2, with
/// the loops exchanged. A tile of query rows, of all heads of the group, goes over the blocks of keys:
///
/// ```
/// S = Q · Kᵀ          P = exp(shaped S − lse)
/// dP = dO · Vᵀ        dS = P ∘ (c · dP − D)          D = ⟨dO, O⟩ − g
/// dQ += dS · K        dV += c · Pᵀ · dO              dK += dSᵀ · Q
/// ```
///
/// **Reads and writes** of a tile and block: `S` and `dP`, 288 KiB, in the second-level cache, transposed in
/// place; 5 products of `2 · 192 · 192 · dim`. Sums run in the order of tiles and blocks, whatever the threads.
final class GradientTile {
    /// Query rows of a tile and keys of a block: as many, so that a tile is transposed in place; whole groups of
    /// a register tile and whole panels of every width.
    static final int KEYS = 192;

    static final int ROWS = KEYS;

    /// Floats of a line of the cache.
    private static final int LINE = 16;

    private final AttentionSpec spec;
    private final GradientKernels kernels;
    private final RowGradients rowGradients;
    private final int headDim;
    private final int valueDim;
    final float[] query;
    final float[] cotangent;
    final float[] queryGradients;
    private final PanelMatrix queryRows;
    private final PanelMatrix cotangentRows;
    final float[] weights = new float[ROWS * KEYS];
    final float[] slopes = new float[ROWS * KEYS];
    private final float[] sum = new float[Lanes.ROWS * PANEL];
    private final float[] row;
    private final Rows convert;
    private final TileRows rows = new TileRows();
    private final Strays strays;

    GradientTile(AttentionSpec spec, ScoreSteps steps, GradientKernels kernels) {
        this.spec = spec;
        this.kernels = kernels;
        headDim = spec.headDim();
        valueDim = spec.valueDim();
        rowGradients = new RowGradients(spec, steps);
        strays = new Strays(headDim, valueDim);
        query = new float[ROWS * headDim];
        cotangent = new float[ROWS * valueDim];
        int paddedHeadDim = roundUp(headDim, WIDTH);
        int paddedValueDim = roundUp(valueDim, WIDTH);
        queryGradients = new float[ROWS * paddedHeadDim];
        queryRows = new PanelMatrix(ROWS, paddedHeadDim);
        cotangentRows = new PanelMatrix(ROWS, paddedValueDim);
        row = new float[Math.max(paddedHeadDim, paddedValueDim)];
        convert = new Rows(row.length);
    }

    long bytes() {
        long floats = (long) query.length + cotangent.length + queryGradients.length + 2L * weights.length + row.length;
        return Float.BYTES * floats + queryRows.bytes() + cotangentRows.bytes() + rowGradients.bytes();
    }

    /// Adds the tile that begins at stacked row `firstRow` to the gradients of `keys`, and stores that of its
    /// queries.
    void run(GradientCall call, int b, int kvHead, int firstRow, SlotKeys keys, double[] sinks) {
        AttentionCall forward = call.forward();
        rows.place(forward, b, kvHead, firstRow);
        load(call, keys);
        for (int block = 0; block * KEYS < forward.kvLen(b); block++) {
            if (rows.see(block * KEYS, KEYS)) {
                block(call, block, keys);
            }
        }
        for (int r = 0; r < rows.count; r++) {
            int head = rows.head(r);
            sinks[head - kvHead * spec.groupSize()] += rows.sinkGradient(forward, r);
            if (call.wantsQuery()) {
                int at = r * keys.paddedHeadDim;
                RowMath.scale(queryGradients, at, (float) spec.softmaxScale(), keys.paddedHeadDim);
                long to = forward.queryRowAt(call.query(), b, head, rows.queryRow(r));
                convert.write(queryGradients, at, headDim, call.query(), to);
            }
        }
    }

    private void load(GradientCall call, SlotKeys keys) {
        AttentionCall forward = call.forward();
        Arrays.fill(queryGradients, 0);
        strays.clear();
        for (int r = 0; r < ROWS; r++) {
            Arrays.fill(row, 0);
            if (r < rows.count) {
                int i = rows.queryRow(r);
                int head = rows.head(r);
                long at = forward.queryRowAt(call.output(), rows.b, head, i);
                convert.read(call.output(), at, call.output().stride(3), valueDim, row, 0);
                System.arraycopy(row, 0, cotangent, r * valueDim, valueDim);
                rows.read(call, r, row, valueDim, convert);
            } else {
                Arrays.fill(cotangent, r * valueDim, (r + 1) * valueDim, 0);
            }
            strays.ofCotangent(r, SlotKeys.finite(row, keys.paddedValueDim));
            cotangentRows.putRow(r, row, 0);
            Arrays.fill(row, 0);
            if (r < rows.count) {
                long at = forward.queryAt(rows.b, rows.head(r), rows.queryRow(r));
                convert.read(forward.query(), at, forward.query().stride(3), headDim, row, 0);
            }
            System.arraycopy(row, 0, query, r * headDim, headDim);
            strays.ofQuery(r, SlotKeys.finite(row, keys.paddedHeadDim));
            queryRows.putRow(r, row, 0);
        }
    }

    private void block(GradientCall call, int block, SlotKeys keys) {
        int first = block * KEYS;
        int groups = Math.ceilDiv(rows.count, Lanes.ROWS);
        for (int column = 0; column < KEYS; column += PANEL) {
            for (int g = 0; g < groups; g++) {
                if (rows.groupSees(g, first + column, PANEL)) {
                    int at = g * Lanes.ROWS * KEYS + column;
                    products(keys, first + column, g, at);
                }
            }
        }
        for (int r = 0; r < groups * Lanes.ROWS; r++) {
            rowGradients.run(call, rows, r, first, weights, slopes, r * KEYS);
        }
        if (strays.areThere() || keys.haveStrays()) {
            strays.add(rows, first, keys, this);
        }
        for (int g = 0; g < groups; g++) {
            int a = g * Lanes.ROWS * KEYS;
            int to = g * Lanes.ROWS * keys.paddedHeadDim;
            keys.keyRows[block].addProduct(
                    kernels.byKeys(), slopes, a, KEYS, 0, KEYS, queryGradients, to, keys.paddedHeadDim, sum);
        }
        transpose(weights);
        transpose(slopes);
        int steps = groups * Lanes.ROWS;
        RegisterTile byRows = steps == ROWS ? kernels.byRows() : Panels.tile(PANEL);
        int count = Math.min(KEYS, call.forward().kvLen(rows.b) - first);
        for (int n = 0; n < count; n += Lanes.ROWS) {
            int toValue = (first + n) * keys.paddedValueDim;
            cotangentRows.addProduct(
                    byRows, weights, n * ROWS, ROWS, 0, steps, keys.valueGradients, toValue, keys.paddedValueDim, sum);
            int toKey = (first + n) * keys.paddedHeadDim;
            queryRows.addProduct(
                    byRows, slopes, n * ROWS, ROWS, 0, steps, keys.keyGradients, toKey, keys.paddedHeadDim, sum);
        }
    }

    /// `S` and `dP` of a group of rows and a panel of keys.
    private void products(SlotKeys keys, int key, int group, int at) {
        int first = group * Lanes.ROWS;
        keys.keyColumns.multiply(
                kernels.scores(), query, first * headDim, headDim, key, PANEL, 0, headDim, weights, at, KEYS);
        keys.valueColumns.multiply(
                kernels.cotangents(), cotangent, first * valueDim, valueDim, key, PANEL, 0, valueDim, slopes, at, KEYS);
    }

    /// In place, squares of a cache line at a time.
    private static void transpose(float[] square) {
        for (int r = 0; r < ROWS; r += LINE) {
            for (int n = 0; n <= r; n += LINE) {
                exchange(square, r, n);
            }
        }
    }

    private static void exchange(float[] square, int r, int n) {
        for (int i = r; i < r + LINE; i++) {
            int end = r == n ? i : n + LINE;
            for (int j = n; j < end; j++) {
                float element = square[i * KEYS + j];
                square[i * KEYS + j] = square[j * KEYS + i];
                square[j * KEYS + i] = element;
            }
        }
    }
}
