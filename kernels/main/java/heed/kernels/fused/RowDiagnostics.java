package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.ExtraOutput;
import heed.kernels.tile.RowMoments;
import heed.kernels.tile.SoftmaxRows;
import java.util.Set;

/// What the rows of a tile tell besides their output: [RowMoments] and the weights of some keys, each relative
/// to the row's reference, so that all of it merges as the softmax does.
final class RowDiagnostics {
    private final boolean wanted;
    private final int firstKeys;
    private final int windowKeys;
    private final RowMoments moments;
    private final double[] first;
    private final double[] window;

    RowDiagnostics(AttentionSpec spec, int rows) {
        Set<ExtraOutput> outputs = spec.extraOutputs();
        wanted = of(spec);
        firstKeys = outputs.contains(ExtraOutput.SINK_MASS) ? spec.firstKeys() : 0;
        windowKeys = outputs.contains(ExtraOutput.WINDOW_MASS) ? spec.windowKeys() : 0;
        moments = new RowMoments(wanted ? rows : 0);
        first = new double[wanted ? rows : 0];
        window = new double[wanted ? rows : 0];
    }

    /// Whether `spec` asks for a diagnostic of rows.
    static boolean of(AttentionSpec spec) {
        return spec.extraOutputs().stream()
                .anyMatch(output -> output != ExtraOutput.LOG_SUM_EXP && output != ExtraOutput.COLUMN_MASS);
    }

    boolean areWanted() {
        return wanted;
    }

    long bytes() {
        return moments.bytes() + 2L * Double.BYTES * first.length;
    }

    void clear(int r) {
        if (wanted) {
            moments.clear(r);
            first[r] = 0;
            window[r] = 0;
        }
    }

    /// Adds columns `from … to` of the block that begins at key `origin`, for a row at `position`.
    void add(
            float[] w,
            int scoresAt,
            int at,
            int from,
            int to,
            int origin,
            int position,
            float factor,
            SoftmaxRows rows,
            int r) {
        moments.add(w, scoresAt, at, from, to, factor, rows, r);
        first[r] = first[r] * rows.rescale(r) + sum(w, at, from, Math.clamp(firstKeys - (long) origin, from, to));
        int begin = Math.clamp((long) position - windowKeys + 1 - origin, from, to);
        int end = Math.clamp((long) position + windowKeys - origin, begin, to);
        window[r] = window[r] * rows.rescale(r) + sum(w, at, begin, end);
    }

    private static double sum(float[] w, int at, int from, int to) {
        double sum = 0;
        for (int n = from; n < to; n++) {
            sum += w[at + n];
        }
        return sum;
    }

    /// Merges row `otherRow` of `other` into row `r`.
    void merge(int r, double reference, RowDiagnostics other, int otherRow, double otherReference) {
        if (wanted) {
            double common = moments.merge(r, reference, other.moments, otherRow, otherReference);
            double keep = reference == Double.NEGATIVE_INFINITY ? 0 : Math.pow(2, reference - common);
            double add = Math.pow(2, otherReference - common);
            first[r] = keep * first[r] + add * other.first[otherRow];
            window[r] = keep * window[r] + add * other.window[otherRow];
        }
    }

    /// Copies row `from` of `other` to row `to`.
    void copy(int to, RowDiagnostics other, int from) {
        if (wanted) {
            moments.copy(to, other.moments, from);
            first[to] = other.first[from];
            window[to] = other.window[from];
        }
    }

    /// Hands those of row `r` over.
    ///
    /// @param sum the row's softmax denominator, keys alone, relative to its reference
    /// @param share what the sink leaves of it, as a share of the whole
    void store(AttentionCall call, int b, int head, int i, int r, double sum, double share) {
        if (!wanted) {
            return;
        }
        double sink = sum == 0 ? (call.sinkLogit(head) == Double.NEGATIVE_INFINITY ? 0 : 1) : 1 - share;
        double keys = sum == 0 ? 0 : share;
        double entropy = keys * moments.entropy(r) + information(keys) + information(sink);
        write(call, ExtraOutput.ENTROPY, b, head, i, entropy);
        write(call, ExtraOutput.MAX_SCORE, b, head, i, moments.maxScore(r));
        write(call, ExtraOutput.SUM_OF_SQUARES, b, head, i, keys * keys * moments.sumOfSquares(r));
        write(call, ExtraOutput.SINK_MASS, b, head, i, sum == 0 ? sink : keys * first[r] / sum + sink);
        write(call, ExtraOutput.WINDOW_MASS, b, head, i, sum == 0 ? 0 : keys * window[r] / sum);
    }

    private static double information(double p) {
        return p == 0 ? 0 : -p * Math.log(p);
    }

    private static void write(AttentionCall call, ExtraOutput output, int b, int head, int i, double value) {
        if (call.diagnostics().wants(output)) {
            call.diagnostics().writeRow(output, b, head, i, value);
        }
    }
}
