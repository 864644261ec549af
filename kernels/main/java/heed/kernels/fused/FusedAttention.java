package heed.kernels.fused;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.AttentionCall;
import heed.attention.Mask;
import heed.kernels.tile.OnlineSoftmax;
import heed.kernels.tile.RowMath;

/// Fused attention over one tile of query rows: FlashAttention-2 (Dao 2023, arXiv:2307.08691), Algorithm 1.
///
/// **Computes** the rows of one tile against every block of keys they may see, without ever holding more than a tile
/// of scores. The rows of a tile are those of all query heads that share a kv head, position by position: row
/// `r = i · groupSize + g`, so that keys and values are read once for the group.
///
/// **Reads and writes**, per output row: one query row and one output row of the caller's; and, shared by the tile's 96
/// rows, each visible key and value once from cache. Unfused, a row would also write and read its scores twice.
///
/// **Chosen** for every run of the backends that bring a [TileProducts].
public final class FusedAttention {
    private final TileShape shape;
    private final TileProducts products;
    private final NonFiniteValues nonFinite;

    /// Attention in tiles of `shape` by `products`, with flags for the values of `slots` kv heads.
    public FusedAttention(TileShape shape, TileProducts products, int slots) {
        this.shape = shape;
        this.products = products;
        nonFinite = new NonFiniteValues(shape, slots);
    }

    /// Packs the keys and values of one block of `slot`, which is kv head `kvHead` of sequence `b`.
    public void pack(AttentionCall call, int b, int kvHead, int slot, int block, TileScratch scratch) {
        int from = block * TileShape.KEYS;
        int to = Math.min(call.kvLen(b), from + TileShape.KEYS);
        boolean finite = true;
        for (int j = from; j < to; j++) {
            Rows.read(call.key(), call.keyAt(b, kvHead, j), shape.headDim(), scratch.row, 1);
            products.packKey(slot, j, scratch.row);
            Rows.read(call.value(), call.valueAt(b, kvHead, j), shape.valueDim(), scratch.row, 1);
            java.util.Arrays.fill(scratch.row, shape.valueDim(), shape.paddedValueDim(), 0);
            finite &= NonFiniteValues.replace(scratch.row, shape.paddedValueDim());
            products.packValue(slot, j, scratch.row);
        }
        nonFinite.mark(slot, block, !finite);
    }

    /// Computes rows `firstRow …` of kv head `kvHead` of sequence `b`, as many as a tile holds. Line numbers are those
    /// of Algorithm 1.
    public void attend(AttentionCall call, int b, int kvHead, int slot, int firstRow, int worker, TileScratch scratch) {
        load(call, b, kvHead, firstRow, scratch); //                                   4, 5
        products.beginTile(worker, scratch);
        int from = shape.blocks() * TileShape.KEYS;
        int to = 0;
        for (int r = 0; r < scratch.rows; r++) {
            from = Math.min(from, scratch.rowFrom[r]);
            to = Math.max(to, scratch.rowTo[r]);
        }
        for (int block = from / TileShape.KEYS; block * TileShape.KEYS < to; block++) { // 6
            bound(scratch, block);
            products.scores(worker, scratch, slot, block); //                           8
            softmax(call, b, kvHead, slot, firstRow, block, scratch); //                9
            products.accumulate(worker, scratch, slot, block); //                       10
            if (nonFinite.in(slot, block)) {
                nonFinite.accumulate(call, b, kvHead, block, scratch);
            }
        }
        TileOutput.store(call, b, kvHead, firstRow, shape, scratch); //                 12, 13
    }

    private void load(AttentionCall call, int b, int kvHead, int firstRow, TileScratch scratch) {
        int group = call.spec().groupSize();
        Mask mask = call.spec().mask();
        scratch.rows = Math.min(shape.rows(), call.queryLen(b) * group - firstRow);
        double scale = foldedScale(call);
        for (int r = 0; r < scratch.rows; r++) {
            int i = (firstRow + r) / group;
            int head = kvHead * group + (firstRow + r) % group;
            int p = call.offset(b) + i;
            Rows.read(call.query(), call.queryAt(b, head, i), shape.headDim(), scratch.row, scale);
            System.arraycopy(scratch.row, 0, scratch.query, r * shape.headDim(), shape.headDim());
            scratch.rowFrom[r] = Math.min(mask.firstKey(p), call.kvLen(b));
            scratch.rowTo[r] = Math.max(scratch.rowFrom[r], mask.endKey(p, call.kvLen(b)));
            start(scratch, r, call.sinkLogit(head));
        }
        java.util.Arrays.fill(scratch.output, 0, scratch.rows * shape.paddedValueDim(), 0);
    }

    /// The factor that goes into the query. A power of two changes no digit there and is free; any other would round
    /// every element, which small problems with large scores show, so it multiplies the finished scores.
    private static double foldedScale(AttentionCall call) {
        double scale = call.spec().softmaxScale();
        int exponent = Math.getExponent(scale);
        boolean powerOfTwo = exponent > -16 && exponent <= 0 && Math.abs(scale) == Math.scalb(1.0, exponent);
        return powerOfTwo ? scale : 1;
    }

    /// The state of a row that has seen its sink alone, which counts as it is: neither scaled nor masked.
    private static void start(TileScratch scratch, int r, double sink) {
        boolean none = sink == Double.NEGATIVE_INFINITY;
        scratch.state[r * TileScratch.STATE] = (float) sink;
        scratch.state[r * TileScratch.STATE + 1] = none ? 0 : 1;
    }

    /// The panels of `block` that each group of rows sees some of.
    private void bound(TileScratch scratch, int block) {
        int origin = block * TileShape.KEYS;
        for (int g = 0; g < scratch.groups(); g++) {
            int from = shape.blockKeys();
            int to = 0;
            for (int r = g * ROWS; r < Math.min((g + 1) * ROWS, scratch.rows); r++) {
                if (scratch.rowFrom[r] < scratch.rowTo[r]) {
                    from = Math.min(from, Math.max(0, scratch.rowFrom[r] - origin));
                    to = Math.max(to, Math.min(shape.blockKeys(), scratch.rowTo[r] - origin));
                }
            }
            scratch.groupFrom[g] = from / PANEL * PANEL;
            scratch.groupTo[g] = (Math.max(to, 0) + PANEL - 1) / PANEL * PANEL;
        }
    }

    private void softmax(
            AttentionCall call, int b, int kvHead, int slot, int firstRow, int block, TileScratch scratch) {
        int group = call.spec().groupSize();
        Mask mask = call.spec().mask();
        float scale = (float) (call.spec().softmaxScale() / foldedScale(call));
        boolean notesSeen = nonFinite.in(slot, block);
        for (int r = 0; r < scratch.rows; r++) {
            int from = scratch.groupFrom[r / ROWS];
            int to = scratch.groupTo[r / ROWS];
            if (from >= to) {
                continue;
            }
            int at = r * shape.blockKeys();
            if (scale != 1) {
                RowMath.scale(scratch.scores, at + from, scale, to - from);
            }
            int origin = block * TileShape.KEYS;
            int rowFrom = Math.clamp(scratch.rowFrom[r] - (long) origin, from, to);
            int rowTo = Math.clamp(scratch.rowTo[r] - (long) origin, rowFrom, to);
            java.util.Arrays.fill(scratch.scores, at + from, at + rowFrom, Float.NEGATIVE_INFINITY);
            java.util.Arrays.fill(scratch.scores, at + rowTo, at + to, Float.NEGATIVE_INFINITY);
            int i = (firstRow + r) / group;
            int head = kvHead * group + (firstRow + r) % group;
            MaskTensors.apply(mask, call, b, head, i, scratch.scores, at - origin, origin + rowFrom, origin + rowTo);
            if (notesSeen) {
                NonFiniteValues.noteSeen(scratch, at, from, to);
            }
            OnlineSoftmax.update(
                    scratch.scores, at + from, at + to, scratch.state, r * TileScratch.STATE, scratch.lanes);
        }
    }
}
