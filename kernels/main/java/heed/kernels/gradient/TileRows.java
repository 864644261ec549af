package heed.kernels.gradient;

import heed.attention.AttentionCall;
import heed.attention.GradientCall;
import heed.attention.Mask;
import heed.attention.SoftmaxState;
import heed.attention.Tensor;
import heed.kernels.fused.Rows;
import heed.kernels.tile.Lanes;

/// The query rows of a tile: which they are, what they see, and the two numbers each that the forward run leaves.
final class TileRows {
    /// Beyond it the logarithm of a sum is a few units of the last place of f32.
    private static final double LARGE = 1 << 16;

    int b;
    int count;

    /// First key that a row sees, and one past its last.
    final int[] from = new int[GradientTile.ROWS];

    final int[] to = new int[GradientTile.ROWS];

    /// Log-sum-exp, what is beyond [#shift].
    final double[] logSumExp = new double[GradientTile.ROWS];

    /// A score near the largest, 0 unless they are so large that f32 would lose the sum's logarithm beside it.
    final double[] shift = new double[GradientTile.ROWS];

    /// `⟨dO, O⟩ − g`.
    final double[] mean = new double[GradientTile.ROWS];

    private int kvHead;
    private int firstRow;
    private int group;
    private float[] output = {};

    /// Stacked row `r` of kv head `kvHead` is row `r / groupSize` of a head of the group.
    void place(AttentionCall call, int sequence, int head, int first) {
        b = sequence;
        kvHead = head;
        firstRow = first;
        group = call.spec().groupSize();
        count = Math.min(GradientTile.ROWS, call.queryLen(sequence) * group - first);
        Mask mask = call.spec().mask();
        for (int r = 0; r < count; r++) {
            int p = call.offset(sequence) + queryRow(r);
            from[r] = Math.min(mask.firstKey(p), call.kvLen(sequence));
            to[r] = Math.max(from[r], mask.endKey(p, call.kvLen(sequence)));
        }
        if (output.length < call.spec().valueDim()) {
            output = new float[call.spec().valueDim()];
        }
    }

    int queryRow(int r) {
        return (firstRow + r) / group;
    }

    int head(int r) {
        return kvHead * group + (firstRow + r) % group;
    }

    /// Takes in what the forward run left of row `r`, whose cotangent is `cotangent`.
    void read(GradientCall call, int r, float[] cotangent, int valueDim, Rows convert) {
        AttentionCall forward = call.forward();
        Tensor lse = forward.logSumExp();
        logSumExp[r] = lse.type().read(lse.segment(), forward.logSumExpAt(b, head(r), queryRow(r)));
        shift[r] = 0;
        if (Math.abs(logSumExp[r]) > LARGE && logSumExp[r] != Double.NEGATIVE_INFINITY) {
            recompute(forward, r);
        }
        long at = forward.outputAt(b, head(r), queryRow(r));
        convert.read(forward.output(), at, forward.output().stride(3), valueDim, output, 0);
        double dot = 0;
        for (int d = 0; d < valueDim; d++) {
            dot += (double) cotangent[d] * output[d];
        }
        mean[r] = dot - call.logSumExp(b, head(r), queryRow(r));
    }

    /// By definition, in double: what was stored lacks the digits.
    private void recompute(AttentionCall forward, int r) {
        double[] query = new double[forward.spec().headDim()];
        double[] key = new double[query.length];
        forward.readQuery(b, head(r), queryRow(r), query);
        SoftmaxState state = SoftmaxState.of(forward.sinkLogit(head(r)));
        for (int j = from[r]; j < to[r]; j++) {
            forward.readKey(b, kvHead, j, key);
            double dot = 0;
            for (int d = 0; d < query.length; d++) {
                dot += query[d] * key[d];
            }
            double score =
                    forward.score(b, head(r), queryRow(r), j, forward.spec().softmaxScale() * dot);
            state = state.merge(SoftmaxState.of(score));
        }
        shift[r] = state.max();
        logSumExp[r] = Math.log(state.sum());
    }

    /// Whether a row sees a key of `first … first + length`.
    boolean see(int first, int length) {
        for (int r = 0; r < count; r++) {
            if (from[r] < to[r] && from[r] < first + length && to[r] > first) {
                return true;
            }
        }
        return false;
    }

    /// Whether a row of group `g` does.
    boolean groupSees(int g, int first, int length) {
        int end = Math.min(count, (g + 1) * Lanes.ROWS);
        for (int r = g * Lanes.ROWS; r < end; r++) {
            if (from[r] < to[r] && from[r] < first + length && to[r] > first) {
                return true;
            }
        }
        return false;
    }

    /// What row `r` adds to the gradient of its head's sink logit.
    double sinkGradient(AttentionCall call, int r) {
        double sink = call.sinkLogit(head(r));
        return sink == Double.NEGATIVE_INFINITY ? 0 : -Math.exp(sink - shift[r] - logSumExp[r]) * mean[r];
    }
}
