package heed.kernels.fused;

import static heed.kernels.tile.Lanes.PANEL;
import static heed.kernels.tile.Lanes.ROWS;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.Mask;
import heed.kernels.score.ScoreSteps;
import heed.kernels.score.TileMask;
import java.util.Arrays;

/// Fused attention over one tile of query rows: FlashAttention-2 (Dao 2023, arXiv:2307.08691), Algorithm 1.
///
/// **Computes** the rows of one tile against the blocks of a split of keys, without ever holding more than a
/// tile of scores. The rows of a tile are those of all query heads that share a kv head, position by position:
/// row `r = i · groupSize + g`, so that keys and values are read once for the group.
///
/// **Reads and writes**, per output row: one query row and one output row of the caller's; and, shared by the
/// tile's rows, each visible key and value once. Unfused, a row would also write and read its scores twice.
///
/// **Chosen** for every run of the backends that bring [TileProducts].
final class FusedAttention {
    /// Columns that a mask's empty tiles are looked for by: whole panels of every width.
    private static final int TRIMMED = Math.max(64, PANEL);

    private final TileShape shape;
    private final NonFiniteValues nonFinite;
    private final ScoreSteps steps;

    private final TileSoftmax softmax;

    /// Attention of `spec` in tiles of `shape`, with flags for the packed values of `slots` kv heads.
    FusedAttention(AttentionSpec spec, TileShape shape, int slots) {
        this.shape = shape;
        nonFinite = new NonFiniteValues(shape, slots);
        steps = new ScoreSteps(spec);
        softmax = new TileSoftmax(spec, shape, steps);
    }

    /// Bytes held.
    long bytes() {
        return nonFinite.bytes();
    }

    /// What makes weights of scores.
    TileSoftmax softmax() {
        return softmax;
    }

    /// What becomes of scores.
    ScoreSteps steps() {
        return steps;
    }

    /// Packs the keys and values of one block of kv head `kvHead` of sequence `b`.
    void pack(AttentionCall call, PackedProducts products, int b, int kvHead, int block, TileScratch scratch) {
        int slot = b * call.spec().kvHeads() + kvHead;
        int from = block * TileShape.KEYS;
        int to = Math.min(call.kvLen(b), from + TileShape.KEYS);
        boolean finite = true;
        for (int j = from; j < to; j += PANEL) {
            int count = Math.min(PANEL, to - j);
            StoredBlock.readKeys(call, b, kvHead, j, count, scratch);
            products.packKeys(slot, j, count, scratch.panel);
            StoredBlock.readValues(call, b, kvHead, j, count, shape.paddedValueDim(), scratch);
            finite &= NonFiniteValues.replace(scratch.panel, count * shape.paddedValueDim());
            products.packValues(slot, j, count, scratch.panel);
        }
        nonFinite.mark(slot, block, !finite);
    }

    /// Brings rows `firstRow …` of kv head `kvHead` of sequence `b` into scratch, as many as a tile holds. Line
    /// numbers are those of Algorithm 1.
    void load(AttentionCall call, int b, int kvHead, int firstRow, TileScratch scratch) { // 4, 5
        scratch.b = b;
        scratch.kvHead = kvHead;
        scratch.slot = b * call.spec().kvHeads() + kvHead;
        scratch.firstRow = firstRow;
        scratch.rows = Math.min(shape.rows(), call.queryLen(b) * call.spec().groupSize() - firstRow);
        Mask mask = call.spec().mask();
        boolean negates = call.spec().softmaxScale() < 0;
        for (int r = 0; r < scratch.rows; r++) {
            int i = scratch.queryRow(r);
            int p = call.offset(b) + i;
            long at = call.queryAt(b, scratch.head(r), i);
            scratch.convert.read(call.query(), at, call.query().stride(3), shape.headDim(), scratch.row, 0);
            copy(scratch.row, scratch.query, r * shape.headDim(), shape.headDim(), negates);
            scratch.rowFrom[r] = Math.min(mask.firstKey(p), call.kvLen(b));
            scratch.rowTo[r] = Math.max(scratch.rowFrom[r], mask.endKey(p, call.kvLen(b)));
        }
    }

    /// The sign of the scale goes into the query, where it changes no digit, so that larger scores weigh more.
    private static void copy(float[] row, float[] query, int at, int length, boolean negates) {
        for (int d = 0; d < length; d++) {
            query[at + d] = negates ? -row[d] : row[d];
        }
    }

    /// First split that a row of the loaded tile sees some of.
    int firstSplit(TileScratch scratch) {
        int from = Integer.MAX_VALUE;
        for (int r = 0; r < scratch.rows; r++) {
            from = scratch.rowFrom[r] < scratch.rowTo[r] ? Math.min(from, scratch.rowFrom[r]) : from;
        }
        return from / TileShape.SPLIT_KEYS;
    }

    /// One past the last split that a row of the loaded tile sees some of.
    int endSplit(TileScratch scratch) {
        int to = 0;
        for (int r = 0; r < scratch.rows; r++) {
            to = scratch.rowFrom[r] < scratch.rowTo[r] ? Math.max(to, scratch.rowTo[r]) : to;
        }
        return Math.ceilDiv(to, TileShape.SPLIT_KEYS);
    }

    /// Computes the loaded rows against the keys of `split`, into `scratch.output` and `scratch.softmax`.
    void attend(AttentionCall call, TileProducts products, int split, int worker, TileScratch scratch) {
        for (int r = 0; r < scratch.rows; r++) {
            scratch.softmax.clear(r);
            scratch.diagnostics.clear(r);
        }
        Arrays.fill(scratch.output, 0, scratch.rows * shape.paddedValueDim(), 0);
        products.beginTile(worker, scratch);
        int end = Math.min(shape.blocks(), TileShape.firstBlock(split + 1));
        for (int block = TileShape.firstBlock(split); block < end; block++) { //           6
            if (!bound(call, scratch, block, products.isPerGroup())) {
                continue;
            }
            products.scores(worker, scratch, block); //                                    8
            softmax.run(call, block, scratch); //                                              9
            products.accumulate(worker, scratch, block); //                                10
            if (products instanceof PackedProducts && nonFinite.in(scratch.slot, block)) {
                nonFinite.accumulate(call, block, scratch);
            }
        }
    }

    /// The panels of `block` that each group of rows sees some of; whether any does.
    boolean bound(AttentionCall call, TileScratch scratch, int block, boolean perGroup) {
        int origin = block * TileShape.KEYS;
        boolean any = false;
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
            if (steps.tileMask().skips()) {
                trim(call, scratch, g, origin);
            }
            any |= scratch.groupFrom[g] < scratch.groupTo[g];
        }
        if (any && !perGroup) {
            int from = scratch.from();
            int to = scratch.to();
            Arrays.fill(scratch.groupFrom, 0, scratch.groups(), from);
            Arrays.fill(scratch.groupTo, 0, scratch.groups(), to);
            Arrays.fill(scratch.groupCovered, 0, scratch.groups(), false);
        }
        return any;
    }

    /// Takes away what the mask leaves empty at either end of the panels of group `g`.
    private void trim(AttentionCall call, TileScratch scratch, int g, int origin) {
        TileMask.Ranges ranges = scratch.ranges;
        int first = g * ROWS;
        int last = Math.min(first + ROWS, scratch.rows) - 1;
        int group = call.spec().groupSize();
        boolean oneRow = scratch.queryRow(first) == scratch.queryRow(last);
        ranges.tile.rows(
                scratch.b,
                oneRow ? scratch.head(first) : scratch.kvHead * group,
                oneRow ? scratch.head(last) : scratch.kvHead * group + group - 1,
                scratch.queryRow(first),
                scratch.queryRow(last),
                call.offset(scratch.b));
        int end = call.kvLen(scratch.b) - origin;
        int from = scratch.groupFrom[g];
        int to = scratch.groupTo[g];
        while (from < to && isEmpty(call, ranges, origin, from, Math.min(from + TRIMMED, to), end)) {
            from = Math.min(from + TRIMMED, to);
        }
        while (from < to && isEmpty(call, ranges, origin, Math.max(from, to - TRIMMED), to, end)) {
            to = Math.max(from, to - TRIMMED);
        }
        scratch.groupFrom[g] = from;
        scratch.groupTo[g] = to;
        ranges.tile.keys(origin + from, origin + Math.min(to, end) - 1);
        scratch.groupCovered[g] = from < to && ranges.isFull(call);
    }

    private static boolean isEmpty(AttentionCall call, TileMask.Ranges ranges, int origin, int from, int to, int end) {
        if (from >= end) {
            return true;
        }
        ranges.tile.keys(origin + from, origin + Math.min(to, end) - 1);
        return ranges.isEmpty(call);
    }
}
