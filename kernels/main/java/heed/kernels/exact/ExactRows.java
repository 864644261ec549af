package heed.kernels.exact;

import static heed.kernels.tile.Tile6x2F64.COLUMNS;

import heed.attention.AttentionCall;
import heed.attention.PartialOutput;
import heed.attention.Tensor;
import java.util.Arrays;

/// The running softmax and the output of the rows of a tile, in double: [heed.attention.SoftmaxState], unboxed.
final class ExactRows {
    private final int paddedDim;
    private final double[] max;
    private final double[] sum;
    private final double[] rescale;
    private final double[] output;
    private final int[] from;
    private final int[] to;
    private final boolean[] seen;

    ExactRows(int rows, int paddedDim) {
        this.paddedDim = paddedDim;
        max = new double[rows];
        sum = new double[rows];
        rescale = new double[rows];
        output = new double[rows * paddedDim];
        from = new int[rows];
        to = new int[rows];
        seen = new boolean[rows * COLUMNS];
    }

    long elements() {
        return 4L * max.length + output.length + seen.length / Double.BYTES;
    }

    /// A row that has seen its sink alone.
    void start(int r, AttentionCall call, int b, int head, int i) {
        int p = call.offset(b) + i;
        from[r] = Math.min(call.spec().mask().firstKey(p), call.kvLen(b));
        to[r] = Math.max(from[r], call.spec().mask().endKey(p, call.kvLen(b)));
        max[r] = call.sinkLogit(head);
        sum[r] = max[r] == Double.NEGATIVE_INFINITY ? 0 : 1;
        Arrays.fill(output, r * paddedDim, (r + 1) * paddedDim, 0);
    }

    int firstKey(int rows) {
        int first = Integer.MAX_VALUE;
        for (int r = 0; r < rows; r++) {
            first = Math.min(first, from[r]);
        }
        return first;
    }

    int lastKey(int rows) {
        int last = 0;
        for (int r = 0; r < rows; r++) {
            last = Math.max(last, to[r]);
        }
        return last;
    }

    boolean sees(int r, int j) {
        return from[r] <= j && j < to[r];
    }

    /// Whether the score of column `n` of the last block was not −∞.
    boolean saw(int r, int n) {
        return seen[r * COLUMNS + n];
    }

    /// Turns scores into weights and updates the row's state; a NaN score makes its weight and the sum NaN.
    void update(int r, double[] scores, int at, int count) {
        double m = max[r];
        for (int n = at; n < at + count; n++) {
            seen[r * COLUMNS + n - at] = scores[n] != Double.NEGATIVE_INFINITY;
            m = scores[n] > m ? scores[n] : m;
        }
        double safe = m == Double.NEGATIVE_INFINITY ? 0 : m;
        rescale[r] = m == max[r] ? 1 : Math.exp(max[r] - safe);
        double added = 0;
        for (int n = at; n < at + count; n++) {
            scores[n] = Math.exp(scores[n] - safe);
            added += scores[n];
        }
        sum[r] = sum[r] * rescale[r] + added;
        max[r] = m;
    }

    void add(int r, int d, double[] values, int at, int count) {
        for (int n = 0; n < count; n++) {
            int to = r * paddedDim + d + n;
            output[to] = Math.fma(output[to], rescale[r], values[at + n]);
        }
    }

    void addOne(int r, int d, double value) {
        output[r * paddedDim + d] += value;
    }

    /// Writes row `r` as row `i` of `head` in sequence `b`, or merges it into what is there.
    void store(AttentionCall call, int b, int head, int i, int r, int valueDim) {
        Tensor out = call.output();
        double keep = 0;
        double add = 1;
        if (call.hasLogSumExp()) {
            Tensor lse = call.logSumExp();
            long at = call.logSumExpAt(b, head, i);
            double own = sum[r] == 0 ? Double.NEGATIVE_INFINITY : max[r] + Math.log(sum[r]);
            double old = call.accumulates() ? lse.type().read(lse.segment(), at) : Double.NEGATIVE_INFINITY;
            double total = call.accumulates() ? PartialOutput.logAddExp(old, own) : own;
            keep = PartialOutput.weight(old, total);
            add = call.accumulates() ? PartialOutput.weight(own, total) : 1;
            lse.type().write(lse.segment(), at, total);
        }
        for (int d = 0; d < valueDim; d++) {
            long at = call.outputAt(b, head, i) + d * out.stride(3);
            double old = keep == 0 ? 0 : out.type().read(out.segment(), at);
            double own = sum[r] == 0 ? 0 : call.spec().probabilityScale() * (output[r * paddedDim + d] / sum[r]);
            out.type().write(out.segment(), at, PartialOutput.weigh(keep, old, add, own));
        }
    }
}
