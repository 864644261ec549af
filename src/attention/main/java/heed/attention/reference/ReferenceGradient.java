package heed.attention.reference;

import heed.attention.AttentionCall;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.GradientCall;
import heed.attention.PooledPlan;
import heed.attention.SoftmaxState;
import heed.attention.Tensor;

/// The gradient by its definition, [heed.attention.GradientPlan], in double: output and log-sum-exp are computed
/// once more, so that it does not inherit how a forward run rounded them.
final class ReferenceGradient implements PooledPlan.Workspace {
    private final AttentionSpec spec;
    private final double[] query;
    private final double[] queryGradient;
    private final double[] cotangent;
    private final double[] output;
    private final double[] key;
    private final double[] value;
    private final double[] scaled;
    private final double[] weights;
    private final double[][] keyGradients;
    private final double[][] valueGradients;

    ReferenceGradient(AttentionSpec spec, AttentionSizes sizes) {
        this.spec = spec;
        query = new double[spec.headDim()];
        queryGradient = new double[spec.headDim()];
        key = new double[spec.headDim()];
        cotangent = new double[spec.valueDim()];
        output = new double[spec.valueDim()];
        value = new double[spec.valueDim()];
        scaled = new double[sizes.kvLen()];
        weights = new double[sizes.kvLen()];
        keyGradients = new double[sizes.kvLen()][spec.headDim()];
        valueGradients = new double[sizes.kvLen()][spec.valueDim()];
    }

    @Override
    public long bytes() {
        long rows = scaled.length * (2L + query.length + value.length);
        return Double.BYTES * (rows + 3L * query.length + 3L * value.length);
    }

    @Override
    public void close() {}

    void run(GradientCall call) {
        AttentionCall forward = call.forward();
        for (int b = 0; b < forward.batch(); b++) {
            for (int kvHead = 0; kvHead < spec.kvHeads(); kvHead++) {
                clear(keyGradients, forward.kvLen(b));
                clear(valueGradients, forward.kvLen(b));
                for (int g = 0; g < spec.groupSize(); g++) {
                    for (int i = 0; i < forward.queryLen(b); i++) {
                        row(call, b, kvHead, kvHead * spec.groupSize() + g, i);
                    }
                }
                storeKeys(call, b, kvHead);
            }
        }
    }

    private static void clear(double[][] rows, int count) {
        for (int j = 0; j < count; j++) {
            java.util.Arrays.fill(rows[j], 0);
        }
    }

    private void row(GradientCall call, int b, int kvHead, int h, int i) {
        AttentionCall forward = call.forward();
        SoftmaxState state = attend(forward, b, kvHead, h, i);
        call.readOutput(b, h, i, cotangent);
        double mean = dot(cotangent, output) - call.logSumExp(b, h, i);
        double sink = forward.sinkLogit(h);
        if (call.wantsSink() && sink != Double.NEGATIVE_INFINITY) {
            call.addSink(h, -Math.exp(sink - state.max()) / state.sum() * mean);
        }
        java.util.Arrays.fill(queryGradient, 0);
        for (int j = 0; j < forward.kvLen(b); j++) {
            if (weights[j] != 0) {
                pair(call, b, kvHead, h, i, j, mean);
            }
        }
        if (call.wantsQuery()) {
            store(call.query(), forward.queryRowAt(call.query(), b, h, i), queryGradient);
        }
    }

    /// Probabilities and output of the row; the state of its softmax.
    private SoftmaxState attend(AttentionCall forward, int b, int kvHead, int h, int i) {
        forward.readQuery(b, h, i, query);
        SoftmaxState state = SoftmaxState.of(forward.sinkLogit(h));
        for (int j = 0; j < forward.kvLen(b); j++) {
            forward.readKey(b, kvHead, j, key);
            scaled[j] = spec.softmaxScale() * dot(query, key);
            weights[j] = forward.score(b, h, i, j, scaled[j]);
            state = state.merge(SoftmaxState.of(weights[j]));
        }
        java.util.Arrays.fill(output, 0);
        for (int j = 0; j < forward.kvLen(b); j++) {
            boolean hidden = weights[j] == Double.NEGATIVE_INFINITY;
            weights[j] = hidden ? 0 : Math.exp(weights[j] - state.max()) / state.sum();
            if (!hidden) {
                forward.readValue(b, kvHead, j, value);
                add(spec.probabilityScale() * weights[j], value, output);
            }
        }
        return state;
    }

    private void pair(GradientCall call, int b, int kvHead, int h, int i, int j, double mean) {
        AttentionCall forward = call.forward();
        forward.readKey(b, kvHead, j, key);
        forward.readValue(b, kvHead, j, value);
        add(spec.probabilityScale() * weights[j], cotangent, valueGradients[j]);
        double gradient = weights[j] * (spec.probabilityScale() * dot(cotangent, value) - mean);
        if (call.wantsBias()) {
            call.addBias(b, h, i, j, gradient);
        }
        double ofProduct = gradient * forward.pairs().slope(b, h, i, j, scaled[j]) * spec.softmaxScale();
        add(ofProduct, key, queryGradient);
        add(ofProduct, query, keyGradients[j]);
    }

    private void storeKeys(GradientCall call, int b, int kvHead) {
        AttentionCall forward = call.forward();
        for (int j = 0; j < forward.kvLen(b); j++) {
            if (call.wantsKey()) {
                store(call.key(), forward.keyRowAt(call.key(), b, kvHead, j), keyGradients[j]);
            }
            if (call.wantsValue()) {
                store(call.value(), forward.keyRowAt(call.value(), b, kvHead, j), valueGradients[j]);
            }
        }
    }

    private static void store(Tensor tensor, long at, double[] row) {
        for (int d = 0; d < row.length; d++) {
            tensor.type().write(tensor.segment(), at + d * tensor.stride(3), row[d]);
        }
    }

    private static double dot(double[] x, double[] y) {
        double dot = 0;
        for (int d = 0; d < x.length; d++) {
            dot += x[d] * y[d];
        }
        return dot;
    }

    private static void add(double factor, double[] x, double[] sum) {
        for (int d = 0; d < x.length; d++) {
            sum[d] += factor * x[d];
        }
    }
}
