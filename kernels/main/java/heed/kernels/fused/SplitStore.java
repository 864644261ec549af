package heed.kernels.fused;

import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import java.util.Arrays;

/// What the splits of short runs over long sequences found, until they are merged: linear in length.
final class SplitStore {
    private final int rows;
    private final int width;
    private final int splits;
    private final float[][] outputs;
    private final double[][] references;
    private final double[][] sums;
    private final RowDiagnostics[] diagnostics;

    /// For the rows that are computed directly; empty if none is, or no sequence has a second split.
    SplitStore(AttentionSpec spec, AttentionSizes sizes, TileShape shape, boolean isDirect) {
        rows = (int) Math.min(TileShape.DIRECT_ROWS, (long) sizes.queryLen() * spec.groupSize());
        width = shape.paddedValueDim();
        splits = shape.splits();
        int slots = isDirect && splits > 1 ? Math.multiplyExact(sizes.batch(), spec.kvHeads()) : 0;
        outputs = new float[slots][Math.multiplyExact(splits * rows, width)];
        references = new double[slots][splits * rows];
        sums = new double[slots][splits * rows];
        diagnostics = new RowDiagnostics[slots];
        Arrays.setAll(diagnostics, n -> new RowDiagnostics(spec, splits * rows));
    }

    long bytes() {
        long each = (long) splits * rows * (width * (long) Float.BYTES + 2 * Double.BYTES);
        return outputs.length * each + (outputs.length == 0 ? 0 : outputs.length * diagnostics[0].bytes());
    }

    /// Keeps the split that scratch holds.
    void put(int split, TileScratch scratch) {
        int slot = scratch.slot;
        int at = split * rows;
        System.arraycopy(scratch.output, 0, outputs[slot], at * width, scratch.rows * width);
        for (int r = 0; r < scratch.rows; r++) {
            references[slot][at + r] = scratch.softmax.reference(r);
            sums[slot][at + r] = scratch.softmax.sum(r);
            diagnostics[slot].copy(at + r, scratch.diagnostics, r);
        }
    }

    /// Merges splits `from … to` into the totals of the loaded rows.
    void merge(int from, int to, TileScratch scratch) {
        int slot = scratch.slot;
        for (int split = from; split < to; split++) {
            for (int r = 0; r < scratch.rows; r++) {
                int at = split * rows + r;
                scratch.totals.merge(
                        r, outputs[slot], at * width, references[slot][at], sums[slot][at], diagnostics[slot], at);
            }
        }
    }
}
