package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.PartialOutput;
import heed.attention.Tensor;
import heed.kernels.tile.RowMath;

/// Normalises the rows of a finished tile and hands them to the caller.
final class TileOutput {
    private TileOutput() {}

    static void store(AttentionCall call, int b, int kvHead, int firstRow, TileShape shape, TileScratch scratch) {
        int group = call.spec().groupSize();
        for (int r = 0; r < scratch.rows; r++) {
            int i = (firstRow + r) / group;
            int head = kvHead * group + (firstRow + r) % group;
            storeRow(call, b, head, i, r, shape, scratch);
        }
    }

    private static void storeRow(
            AttentionCall call, int b, int head, int i, int r, TileShape shape, TileScratch scratch) {
        float max = scratch.state[r * TileScratch.STATE];
        float sum = scratch.state[r * TileScratch.STATE + 1];
        int at = r * shape.paddedValueDim();
        long outputAt = call.outputAt(b, head, i);
        RowMath.scale(scratch.output, at, sum == 0 ? 0 : 1 / sum, shape.paddedValueDim());
        if (call.hasLogSumExp()) {
            double logSumExp = sum == 0 ? Double.NEGATIVE_INFINITY : max + Math.log(sum);
            storeLogSumExp(call, call.logSumExpAt(b, head, i), logSumExp, outputAt, at, shape, scratch);
        }
        Rows.write(scratch.output, at, shape.valueDim(), call.output(), outputAt);
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
            Rows.read(call.output(), outputAt, shape.valueDim(), s.row, 1);
            for (int d = 0; d < shape.valueDim(); d++) {
                s.output[row + d] = (float) PartialOutput.weigh(keep, s.row[d], add, s.output[row + d]);
            }
        }
        lse.type().write(lse.segment(), at, total);
    }
}
