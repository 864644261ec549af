package heed.attention.reference;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.CheckedPlan;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.MaskRows;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.SoftmaxState;
import heed.attention.Tensor;

/// Attention by its definition, a row at a time:
///
/// ```
/// x[j]   = scale · q · k[j], capped, through the score expression, + bias
/// seen   = the keys the mask lets the row see and whose x is not −∞
/// denom  = Σ over seen of exp(x[j]), + exp(sink)
/// output = Σ over seen of exp(x[j]) / denom · v[j]
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
                for (int i = 0; i < call.queryLen(b); i++) {
                    attend(call, row, b, h, i);
                }
            }
        }
    }

    private void attend(AttentionCall call, RowWorkspace row, int b, int h, int i) {
        int kvHead = h / spec().groupSize();
        call.readQuery(b, h, i, row.query);
        SoftmaxState state = SoftmaxState.of(call.sinkLogit(h));
        for (int j = 0; j < call.kvLen(b); j++) {
            row.scores[j] = Double.NEGATIVE_INFINITY;
            if (sees(spec().mask(), call, b, h, i, j)) {
                call.readKey(b, kvHead, j, row.key);
                row.scores[j] = score(call, row, b, h, i, j);
            }
            state = state.merge(SoftmaxState.of(row.scores[j]));
        }
        java.util.Arrays.fill(row.output, 0);
        for (int j = 0; j < call.kvLen(b); j++) {
            if (row.scores[j] != Double.NEGATIVE_INFINITY) {
                call.readValue(b, kvHead, j, row.value);
                double weight = Math.exp(row.scores[j] - state.max()) / state.sum();
                for (int d = 0; d < row.output.length; d++) {
                    row.output[d] += weight * row.value[d];
                }
            }
        }
        store(call, row, b, h, i, state.logSumExp());
    }

    private double score(AttentionCall call, RowWorkspace row, int b, int h, int i, int j) {
        double dot = 0;
        for (int d = 0; d < row.query.length; d++) {
            dot += row.query[d] * row.key[d];
        }
        double scaled = spec().softmaxScale() * dot;
        double capped = spec().softcap() == 0 ? scaled : spec().softcap() * Math.tanh(scaled / spec().softcap());
        var pair = new Expressions(call.offset(b) + i, j, h, b);
        double shaped = spec().score().map(f -> pair.value(f, capped)).orElse(capped);
        if (!spec().mask().has(Mask.AdditiveTensor.class)) {
            return shaped;
        }
        double bias = element(call.bias(), b, h, i, j);
        return bias == Double.NEGATIVE_INFINITY ? bias : shaped + bias;
    }

    private static boolean sees(Mask mask, AttentionCall call, int b, int h, int i, int j) {
        int p = call.offset(b) + i;
        return switch (mask) {
            case Mask.None _ -> true;
            case Mask.Causal _ -> j <= p;
            case Mask.SlidingWindow(int left, int right) ->
                (left == Mask.UNBOUNDED || (long) p - j <= left) && (right == Mask.UNBOUNDED || (long) j - p <= right);
            case Mask.BooleanTensor _ -> j < call.mask().columns() && element(call.mask(), b, h, i, j) != 0;
            case Mask.AdditiveTensor _ -> j < call.bias().columns();
            case Mask.Expression(var condition) -> new Expressions(p, j, h, b).holds(condition, Double.NaN);
            case Mask.And(var parts) -> parts.stream().allMatch(part -> sees(part, call, b, h, i, j));
        };
    }

    private static double element(MaskRows rows, int b, int h, int i, int j) {
        return rows.type().read(rows.segment(), rows.rowAt(b, h, i) + j * rows.keyStride());
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
