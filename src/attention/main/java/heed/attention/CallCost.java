package heed.attention;

/// What a call computes and moves, for reports.
final class CallCost {
    private CallCost() {}

    /// `2 · queryHeads · (headDim + valueDim) · pairs`, pairs counted by the mask's intervals.
    static long flops(AttentionCall call) {
        AttentionSpec spec = call.spec();
        long pairs = 0;
        for (int b = 0; b < call.batch(); b++) {
            for (int i = 0; i < call.queryLen(b); i++) {
                int p = call.offset(b) + i;
                pairs += Math.max(
                        0, spec.mask().endKey(p, call.kvLen(b)) - spec.mask().firstKey(p));
            }
        }
        return 2L * spec.queryHeads() * (spec.headDim() + spec.valueDim()) * pairs;
    }

    /// Those of the five products of a gradient: scores once more, and what three gradients and the cotangents of
    /// probabilities take.
    static long flops(GradientCall call) {
        AttentionSpec spec = call.forward().spec();
        long forward = flops(call.forward());
        return forward / (spec.headDim() + spec.valueDim()) * (3L * spec.headDim() + 2L * spec.valueDim());
    }

    /// Bytes of what the forward run read and wrote, of the cotangent of its output and of the gradients that are
    /// wanted, masks and sinks apart, each once.
    static long bytes(GradientCall call) {
        AttentionCall forward = call.forward();
        AttentionSpec spec = forward.spec();
        long queries = 0;
        long keys = 0;
        for (int b = 0; b < forward.batch(); b++) {
            queries += (long) forward.queryLen(b) * spec.queryHeads();
            keys += (long) forward.kvLen(b) * spec.kvHeads();
        }
        long bytes = bytes(forward)
                + queries * spec.valueDim() * call.output().type().bytes();
        bytes += call.wantsQuery()
                ? queries * spec.headDim() * call.query().type().bytes()
                : 0;
        bytes += call.wantsKey() ? keys * spec.headDim() * call.key().type().bytes() : 0;
        return bytes
                + (call.wantsValue()
                        ? keys * spec.valueDim() * call.value().type().bytes()
                        : 0);
    }

    /// Bytes of query, key, value, their scales and output, each once.
    static long bytes(AttentionCall call) {
        AttentionSpec spec = call.spec();
        boolean scaled = spec.kvType().isQuantised();
        long keyScale = scaled ? call.keyScale().type().bytes() : 0;
        long valueScale = scaled ? call.valueScale().type().bytes() : 0;
        long bytes = 0;
        for (int b = 0; b < call.batch(); b++) {
            long q = (long) call.queryLen(b) * spec.queryHeads();
            long kv = (long) call.kvLen(b) * spec.kvHeads();
            bytes += q * spec.headDim() * spec.queryType().bytes();
            bytes += q * spec.valueDim() * spec.outputType().bytes();
            bytes += kv * (stored(spec, spec.headDim(), keyScale) + stored(spec, spec.valueDim(), valueScale));
        }
        return bytes;
    }

    private static long stored(AttentionSpec spec, int dim, long scaleBytes) {
        ElementType type = spec.kvType();
        return (long) type.unitsOf(dim) * type.bytes() + type.scalesOf(dim) * scaleBytes;
    }
}
