package heed.attention;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What some rows of a [TrialData] ought to be, by definition and in double, and how far a backend may be off: the
/// promise of accuracy, `max(2 · plain, 4 · 2⁻²⁴ · max|V|)` and half a unit in the last place of the output's type.
/// *plain* is the error of a sequential f32 dot product, a two-pass softmax with correctly rounded `exp` and a
/// sequential sum over the same rows.
///
/// In f64, which has no wider type to be held against, `2 · ω · max|V|` with the a-priori bound of a weight, `ω
/// = 2 · (d + 4) · u · max(scale · Σ|q · k|) + (n + 8) · u`, `u = 2⁻⁵³`.
final class TrialCheck {
    /// Rows looked at; a row of 32768 keys takes some 20 ms.
    private static final int ROWS = 12;

    private record Row(int head, int index, double[] output) {}

    private final AttentionSpec spec;
    private final List<Row> rows = new ArrayList<>();
    private final double[] query;
    private final double[] key;
    private final double[] value;
    private double plainError;
    private double largestValue;
    private double largestOutput;
    private double largestDot;
    private int keys;

    TrialCheck(AttentionSpec spec, AttentionSizes sizes, AttentionArguments arguments) {
        this.spec = spec;
        query = new double[spec.headDim()];
        key = new double[spec.headDim()];
        value = new double[spec.valueDim()];
        AttentionCall call = new AttentionCall(spec, sizes);
        call.bind(arguments);
        for (int n = 0; n < ROWS; n++) {
            // first, last and evenly between, each of another head
            int row = (int) ((long) n * (sizes.queryLen() - 1) / (ROWS - 1));
            take(call, n * (spec.queryHeads() - 1) / (ROWS - 1), row);
        }
        call.release();
    }

    private void take(AttentionCall call, int head, int i) {
        int kvHead = head / spec.groupSize();
        keys = call.kvLen(0);
        double[] exact = new double[keys];
        float[] plain = new float[keys];
        call.readQuery(0, head, i, query);
        SoftmaxState state = SoftmaxState.of(call.sinkLogit(head));
        float max = (float) call.sinkLogit(head);
        for (int j = 0; j < keys; j++) {
            call.readKey(0, kvHead, j, key);
            exact[j] = call.score(0, head, i, j, spec.softmaxScale() * dot());
            plain[j] = (float) call.score(0, head, i, j, (float) spec.softmaxScale() * plainDot());
            state = state.merge(SoftmaxState.of(exact[j]));
            max = Math.max(max, plain[j]);
        }
        double[] output = new double[spec.valueDim()];
        float[] sums = new float[spec.valueDim()];
        float sum = weight((float) call.sinkLogit(head), max);
        for (int j = 0; j < keys; j++) {
            if (exact[j] != Double.NEGATIVE_INFINITY) {
                call.readValue(0, kvHead, j, value);
                float weight = weight(plain[j], max);
                sum += weight;
                add(output, Math.exp(exact[j] - state.max()) / state.sum(), sums, weight);
            }
        }
        note(head, i, output, sums, sum);
    }

    private static float weight(float score, float max) {
        return score == Float.NEGATIVE_INFINITY ? 0 : (float) Math.exp(score - max);
    }

    private double dot() {
        double dot = 0;
        double magnitude = 0;
        for (int d = 0; d < query.length; d++) {
            dot += query[d] * key[d];
            magnitude += Math.abs(query[d] * key[d]);
        }
        largestDot = Math.max(largestDot, Math.abs(spec.softmaxScale()) * magnitude);
        return dot;
    }

    private float plainDot() {
        float dot = 0;
        for (int d = 0; d < query.length; d++) {
            dot += (float) query[d] * (float) key[d];
        }
        return dot;
    }

    private void add(double[] output, double weight, float[] plain, float plainWeight) {
        for (int d = 0; d < output.length; d++) {
            output[d] += spec.probabilityScale() * weight * value[d];
            plain[d] += plainWeight * (float) value[d];
            largestValue = Math.max(largestValue, Math.abs(spec.probabilityScale() * value[d]));
        }
    }

    private void note(int head, int i, double[] output, float[] plain, float sum) {
        for (int d = 0; d < output.length; d++) {
            float value = sum == 0 ? 0 : (float) spec.probabilityScale() * plain[d] / sum;
            plainError = Math.max(plainError, Math.abs(value - output[d]));
            largestOutput = Math.max(largestOutput, Math.abs(output[d]));
        }
        rows.add(new Row(head, i, output));
    }

    /// What an element may be off by.
    double tolerance() {
        if (spec.queryType() == ElementType.F64) {
            double unit = 0x1p-53;
            double weight = 2 * (spec.headDim() + 4) * unit * largestDot + (keys + 8) * unit;
            return 2 * weight * largestValue;
        }
        return Math.max(2 * plainError, 4 * 0x1p-24 * largestValue) + largestOutput * halfUlp(spec.outputType());
    }

    /// Half a unit in the last place, relative: `2⁻ᵖ` of `p` significant bits.
    private static double halfUlp(ElementType type) {
        return switch (type) {
            case BF16 -> 0x1p-8;
            case F16 -> 0x1p-11;
            case F32, F64, BOOL, INT8, INT4 -> 0x1p-24;
        };
    }

    /// What is wrong with `output`, in a clause; empty if nothing is.
    Optional<String> complaint(Tensor output) {
        double worst = 0;
        for (Row row : rows) {
            for (int d = 0; d < row.output.length; d++) {
                double error = Math.abs(output.get(0, row.head, row.index, d) - row.output[d]);
                worst = Math.max(worst, error); // NaN stays
            }
        }
        return worst <= tolerance()
                ? Optional.empty()
                : Optional.of("it was off by %.2g where %.2g is allowed".formatted(worst, tolerance()));
    }
}
