package heed.attention.reference;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.ElementType;
import heed.attention.ExtraOutput;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.SoftmaxState;
import heed.attention.Tensor;

/// Attention by its definition, a row at a time:
///
/// ```
/// x[j]   = scale · q · k[j], as [AttentionCall#score] shapes, biases and hides it
/// seen   = the keys whose x is not −∞
/// denom  = Σ over seen of exp(x[j]), + exp(sink)
/// output = Σ over seen of exp(x[j]) / denom · v[j], · probabilityScale
/// lse    = ln denom
/// ```
final class ReferencePlan extends CheckedPlan<RowWorkspace> {
    ReferencePlan(String backend, AttentionSpec spec, AttentionSizes sizes, PlanOptions options) {
        super(backend, spec, sizes, options.maxConcurrentRuns(), () -> new RowWorkspace(spec, sizes));
    }

    @Override
    protected void execute(AttentionCall call, RowWorkspace row) {
        for (int b = 0; b < call.batch(); b++) {
            for (int h = 0; h < spec().queryHeads(); h++) {
                java.util.Arrays.fill(row.columns, 0);
                for (int i = 0; i < call.queryLen(b); i++) {
                    attend(call, row, b, h, i);
                }
                for (int j = 0; call.diagnostics().wants(ExtraOutput.COLUMN_MASS) && j < call.kvLen(b); j++) {
                    call.diagnostics().writeColumn(b, h, j, row.columns[j]);
                }
            }
        }
    }

    private void attend(AttentionCall call, RowWorkspace row, int b, int h, int i) {
        call.checkCancelled();
        int kvHead = h / spec().groupSize();
        call.readQuery(b, h, i, row.query);
        SoftmaxState state = SoftmaxState.of(call.sinkLogit(h));
        for (int j = 0; j < call.kvLen(b); j++) {
            call.readKey(b, kvHead, j, row.key);
            row.scores[j] = call.score(b, h, i, j, spec().softmaxScale() * dot(row.query, row.key));
            state = state.merge(SoftmaxState.of(row.scores[j]));
        }
        java.util.Arrays.fill(row.output, 0);
        for (int j = 0; j < call.kvLen(b); j++) {
            if (row.scores[j] != Double.NEGATIVE_INFINITY) {
                call.readValue(b, kvHead, j, row.value);
                double weight = spec().probabilityScale() * (Math.exp(row.scores[j] - state.max()) / state.sum());
                for (int d = 0; d < row.output.length; d++) {
                    row.output[d] += weight * row.value[d];
                }
            }
        }
        diagnose(call, row, b, h, i, state);
        store(call, row, b, h, i, state.logSumExp());
    }

    /// The diagnostics by their definitions, see [ExtraOutput].
    private void diagnose(AttentionCall call, RowWorkspace row, int b, int h, int i, SoftmaxState state) {
        double sinkShare = state.sum() == 0 ? 0 : Math.exp(call.sinkLogit(h) - state.max()) / state.sum();
        double entropy = informationOf(sinkShare);
        double squares = 0;
        double max = Double.NEGATIVE_INFINITY;
        double first = sinkShare;
        double window = 0;
        for (int j = 0; j < call.kvLen(b); j++) {
            if (row.scores[j] == Double.NEGATIVE_INFINITY) {
                continue;
            }
            double p = Math.exp(row.scores[j] - state.max()) / state.sum();
            entropy += informationOf(p);
            squares += p * p;
            max = Math.max(max, row.scores[j]);
            first += j < spec().firstKeys() ? p : 0;
            window += Math.abs((long) call.offset(b) + i - j) < spec().windowKeys() ? p : 0;
            row.columns[j] += p;
        }
        write(call, ExtraOutput.ENTROPY, b, h, i, entropy);
        write(call, ExtraOutput.MAX_SCORE, b, h, i, max);
        write(call, ExtraOutput.SUM_OF_SQUARES, b, h, i, squares);
        write(call, ExtraOutput.SINK_MASS, b, h, i, first);
        write(call, ExtraOutput.WINDOW_MASS, b, h, i, window);
    }

    private static double informationOf(double p) {
        return p == 0 ? 0 : -p * Math.log(p);
    }

    private static void write(AttentionCall call, ExtraOutput output, int b, int h, int i, double value) {
        if (call.diagnostics().wants(output)) {
            call.diagnostics().writeRow(output, b, h, i, value);
        }
    }

    private static double dot(double[] query, double[] key) {
        double dot = 0;
        for (int d = 0; d < query.length; d++) {
            dot += query[d] * key[d];
        }
        return dot;
    }

    /// Writes the row, or merges it into what is there.
    private static void store(AttentionCall call, RowWorkspace row, int b, int h, int i, double logSumExp) {
        Tensor output = call.output();
        ElementType type = output.type();
        double keep = 0;
        double add = 1;
        if (call.hasLogSumExp()) {
            Tensor lse = call.logSumExp();
            long at = call.logSumExpAt(b, h, i);
            double old = call.accumulates() ? lse.type().read(lse.segment(), at) : Double.NEGATIVE_INFINITY;
            double total = PartialOutput.logAddExp(old, logSumExp);
            keep = PartialOutput.weight(old, total);
            add = call.accumulates() ? PartialOutput.weight(logSumExp, total) : 1;
            lse.type().write(lse.segment(), at, total);
        }
        for (int d = 0; d < row.output.length; d++) {
            long at = call.outputAt(b, h, i) + d * output.stride(3);
            double old = keep == 0 ? 0 : type.read(output.segment(), at);
            type.write(output.segment(), at, PartialOutput.weigh(keep, old, add, row.output[d]));
        }
    }
}
