package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.PartialOutput;
import heed.attention.Tensor;

/// Normalises the rows of a finished tile, sinks included, and hands them to the caller.
final class TileOutput {
    private static final double LN_2 = Math.log(2);

    private TileOutput() {}

    /// Stores the rows that scratch has loaded, from its totals.
    static void store(AttentionCall call, TileShape shape, TileScratch scratch, ColumnMass columns) {
        for (int r = 0; r < scratch.rows; r++) {
            storeRow(call, r, shape, scratch, columns);
        }
    }

    private static void storeRow(AttentionCall call, int r, TileShape shape, TileScratch scratch, ColumnMass columns) {
        int b = scratch.b;
        int head = scratch.head(r);
        int i = scratch.queryRow(r);
        RowTotals totals = scratch.totals;
        double sum = totals.sum(r);
        double seen = sum == 0 ? Double.NEGATIVE_INFINITY : totals.reference(r) * LN_2 + Math.log(sum);
        double sink = call.sinkLogit(head);
        double logSumExp = PartialOutput.logAddExp(seen, sink);
        double keep = sink == Double.NEGATIVE_INFINITY ? 1 : PartialOutput.weight(seen, logSumExp);
        double reference = sum == 0 ? Double.NEGATIVE_INFINITY : totals.reference(r);
        columns.note(b, head, i, reference, Math.log(sum / keep) / LN_2);
        totals.diagnostics().store(call, b, head, i, r, sum, keep);
        int at = r * shape.paddedValueDim();
        normalise(totals.output(), at, sum == 0 ? 0 : keep / sum * call.spec().probabilityScale(), shape.valueDim());
        long outputAt = call.outputAt(b, head, i);
        if (call.hasLogSumExp()) {
            storeLogSumExp(call, call.logSumExpAt(b, head, i), logSumExp, outputAt, at, shape, scratch);
        }
        scratch.convert.write(totals.output(), at, shape.valueDim(), call.output(), outputAt);
    }

    /// In double, so that a quotient is rounded once.
    private static void normalise(float[] output, int at, double factor, int length) {
        for (int d = at; d < at + length; d++) {
            output[d] = (float) (output[d] * factor);
        }
    }

    private static void storeLogSumExp(
            AttentionCall call, long at, double logSumExp, long outputAt, int row, TileShape shape, TileScratch s) {
        Tensor lse = call.logSumExp();
        double total = logSumExp;
        if (call.accumulates()) {
            double old = lse.type().read(lse.segment(), at);
            total = PartialOutput.logAddExp(old, logSumExp);
            double keep = PartialOutput.weight(old, total);
            double add = PartialOutput.weight(logSumExp, total);
            float[] output = s.totals.output();
            s.convert.read(call.output(), outputAt, call.output().stride(3), shape.valueDim(), s.row, 0);
            for (int d = 0; d < shape.valueDim(); d++) {
                output[row + d] = (float) PartialOutput.weigh(keep, s.row[d], add, output[row + d]);
            }
        }
        lse.type().write(lse.segment(), at, total);
    }
}
