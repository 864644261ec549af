package heed.kernels.gradient;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.GradientCall;
import heed.attention.Tensor;
import java.util.Arrays;

/// Row by row, in f64: for whoever needs the digits; its loops are not tuned.
final class ExactSlot implements SlotGradient {
    private final AttentionSpec spec;
    private final int headDim;
    private final int valueDim;
    private final double[] query;
    private final double[] queryGradient;
    private final double[] cotangent;
    private final double[] row;
    private final double[] keys;
    private final double[] values;
    private final double[] keyGradients;
    private final double[] valueGradients;

    ExactSlot(AttentionSpec spec, int kvLen) {
        this.spec = spec;
        headDim = spec.headDim();
        valueDim = spec.valueDim();
        query = new double[headDim];
        queryGradient = new double[headDim];
        cotangent = new double[valueDim];
        row = new double[Math.max(headDim, valueDim)];
        keys = new double[Math.multiplyExact(kvLen, headDim)];
        values = new double[Math.multiplyExact(kvLen, valueDim)];
        keyGradients = new double[keys.length];
        valueGradients = new double[values.length];
    }

    @Override
    public long bytes() {
        long rows = 2L * query.length + cotangent.length + row.length;
        return Double.BYTES * (rows + 2L * keys.length + 2L * values.length);
    }

    @Override
    public void run(GradientCall call, int b, int kvHead, double[] sinks) {
        AttentionCall forward = call.forward();
        load(forward, b, kvHead);
        for (int g = 0; g < spec.groupSize(); g++) {
            int head = kvHead * spec.groupSize() + g;
            for (int i = 0; i < forward.queryLen(b); i++) {
                forward.checkCancelled();
                sinks[g] += queryRow(call, b, head, i);
            }
        }
        for (int j = 0; j < forward.kvLen(b); j++) {
            if (call.wantsKey()) {
                store(call.key(), forward.keyRowAt(call.key(), b, kvHead, j), keyGradients, j * headDim, headDim);
            }
            if (call.wantsValue()) {
                Tensor target = call.value();
                store(target, forward.keyRowAt(target, b, kvHead, j), valueGradients, j * valueDim, valueDim);
            }
        }
    }

    private void load(AttentionCall forward, int b, int kvHead) {
        for (int j = 0; j < forward.kvLen(b); j++) {
            read(forward.key(), forward.keyAt(b, kvHead, j), keys, j * headDim, headDim);
            read(forward.value(), forward.valueAt(b, kvHead, j), values, j * valueDim, valueDim);
        }
        Arrays.fill(keyGradients, 0);
        Arrays.fill(valueGradients, 0);
    }

    /// Gradients of one query row and what it adds to those of its keys.
    ///
    /// @return what it adds to that of its head's sink logit
    private double queryRow(GradientCall call, int b, int head, int i) {
        AttentionCall forward = call.forward();
        forward.readQuery(b, head, i, query);
        call.readOutput(b, head, i, cotangent);
        Tensor output = forward.output();
        read(output, forward.outputAt(b, head, i), row, 0, valueDim);
        double mean = dot(cotangent, row, 0, valueDim) - call.logSumExp(b, head, i);
        double lse = forward.logSumExp().type().read(forward.logSumExp().segment(), forward.logSumExpAt(b, head, i));
        Arrays.fill(queryGradient, 0);
        if (lse != Double.NEGATIVE_INFINITY) {
            int position = forward.offset(b) + i;
            int end = spec.mask().endKey(position, forward.kvLen(b));
            for (int j = spec.mask().firstKey(position); j < end; j++) {
                pair(call, b, head, i, j, lse, mean);
            }
        }
        if (call.wantsQuery()) {
            store(call.query(), forward.queryRowAt(call.query(), b, head, i), queryGradient, 0, headDim);
        }
        double sink = forward.sinkLogit(head);
        return sink == Double.NEGATIVE_INFINITY ? 0 : -Math.exp(sink - lse) * mean;
    }

    private void pair(GradientCall call, int b, int head, int i, int j, double lse, double mean) {
        AttentionCall forward = call.forward();
        double scaled = spec.softmaxScale() * dot(query, keys, j * headDim, headDim);
        double score = forward.score(b, head, i, j, scaled);
        if (score == Double.NEGATIVE_INFINITY) {
            return;
        }
        double p = Math.exp(score - lse);
        if (p == 0) { // weighs nothing, whatever its key and value are
            return;
        }
        double c = spec.probabilityScale();
        double gradient = p * (c * dot(cotangent, values, j * valueDim, valueDim) - mean);
        if (call.wantsBias()) {
            call.addBias(b, head, i, j, gradient);
        }
        double ofProduct = gradient * forward.pairs().slope(b, head, i, j, scaled) * spec.softmaxScale();
        add(c * p, cotangent, 0, valueGradients, j * valueDim, valueDim);
        add(ofProduct, query, 0, keyGradients, j * headDim, headDim);
        add(ofProduct, keys, j * headDim, queryGradient, 0, headDim);
    }

    private static void read(Tensor tensor, long at, double[] target, int to, int length) {
        for (int d = 0; d < length; d++) {
            target[to + d] = tensor.type().read(tensor.segment(), at + d * tensor.stride(3));
        }
    }

    private static void store(Tensor tensor, long at, double[] source, int from, int length) {
        for (int d = 0; d < length; d++) {
            tensor.type().write(tensor.segment(), at + d * tensor.stride(3), source[from + d]);
        }
    }

    private static double dot(double[] x, double[] y, int at, int length) {
        double dot = 0;
        for (int d = 0; d < length; d++) {
            dot += x[d] * y[at + d];
        }
        return dot;
    }

    private static void add(double factor, double[] x, int from, double[] sum, int to, int length) {
        for (int d = 0; d < length; d++) {
            sum[to + d] += factor * x[from + d];
        }
    }
}
