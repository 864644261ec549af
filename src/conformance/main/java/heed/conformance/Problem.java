package heed.conformance;

import heed.attention.AttentionArguments;
import heed.attention.AttentionBackend;
import heed.attention.AttentionPlan;
import heed.attention.AttentionSizes;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.Mask;
import heed.attention.PartialOutput;
import heed.attention.PlanOptions;
import heed.attention.QueryAlignment;
import heed.attention.SequenceLengths;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/// One attention problem: a spec, its tensors and its lengths.
///
/// @param packed whether the sequences lie one after the other on the row axis of tensors with batch 1
/// @param seed what the random tensors were drawn with
record Problem(
        AttentionSpec spec,
        int[] queryLens,
        int[] kvLens,
        int[] offsets,
        boolean packed,
        Tensor query,
        Tensor key,
        Tensor value,
        Optional<Tensor> mask,
        Optional<Tensor> bias,
        Optional<Tensor> sink,
        long seed) {

    /// Queries are drawn wider than keys, so that weights are far from uniform.
    private static final double QUERY_SPREAD = 2;

    private static final double SEEN_SHARE = 0.6;

    /// `batch` sequences of equal lengths with random tensors; the spec gets a log-sum-exp output.
    static Problem random(AttentionSpec spec, int batch, int queryLen, int kvLen, long seed) {
        return random(spec, filled(batch, queryLen), filled(batch, kvLen), false, seed);
    }

    /// Sequences packed one after the other.
    static Problem packed(AttentionSpec spec, int[] queryLens, int[] kvLens, long seed) {
        return random(spec, queryLens, kvLens, true, seed);
    }

    private static Problem random(AttentionSpec wanted, int[] queryLens, int[] kvLens, boolean packed, long seed) {
        AttentionSpec spec = wanted.toBuilder().logSumExp().build();
        Random random = new Random(seed);
        int batch = packed ? 1 : queryLens.length;
        int rows = packed ? Arrays.stream(queryLens).sum() : longest(queryLens);
        int keys = packed ? Arrays.stream(kvLens).sum() : longest(kvLens);
        int[] offsets = new int[queryLens.length];
        Arrays.setAll(offsets, b -> 5 * b - 3);
        ElementType floats = spec.queryType();
        int[] pairs = {queryLens.length, spec.queryHeads(), longest(queryLens), longest(kvLens)};
        return new Problem(
                spec,
                queryLens,
                kvLens,
                offsets,
                packed,
                Tensors.normal(random, QUERY_SPREAD, spec.queryType(), batch, spec.queryHeads(), rows, spec.headDim()),
                Tensors.normal(random, 1, spec.kvType(), batch, spec.kvHeads(), keys, spec.headDim()),
                Tensors.normal(random, 1, spec.kvType(), batch, spec.kvHeads(), keys, spec.valueDim()),
                given(spec.mask().has(Mask.BooleanTensor.class), () -> booleans(random, pairs)),
                given(spec.mask().has(Mask.AdditiveTensor.class), () -> additive(random, floats, pairs)),
                given(spec.sink(), () -> Tensors.normal(random, 1, floats, spec.queryHeads())),
                seed);
    }

    private static Optional<Tensor> given(boolean wanted, java.util.function.Supplier<Tensor> tensor) {
        return wanted ? Optional.of(tensor.get()) : Optional.empty();
    }

    static Tensor booleans(Random random, int... shape) {
        return Tensors.drawn(() -> random.nextDouble() < SEEN_SHARE ? 1 : 0, ElementType.BOOL, shape);
    }

    /// Normal summands, with −∞ where a key is hidden.
    static Tensor additive(Random random, ElementType type, int... shape) {
        return Tensors.drawn(
                () -> random.nextDouble() < SEEN_SHARE ? random.nextGaussian() : Double.NEGATIVE_INFINITY, type, shape);
    }

    private static int[] filled(int size, int value) {
        int[] array = new int[size];
        Arrays.fill(array, value);
        return array;
    }

    private static int longest(int[] lens) {
        return Arrays.stream(lens).max().orElse(0);
    }

    /// The same tensors, of which each sequence has only the first rows and keys.
    Problem withLengths(int[] queries, int[] keys) {
        return new Problem(spec, queries, keys, offsets, packed, query, key, value, mask, bias, sink, seed);
    }

    /// The same problem with other query positions, for [QueryAlignment#OFFSET].
    Problem withOffsets(int... positions) {
        return new Problem(spec, queryLens, kvLens, positions, packed, query, key, value, mask, bias, sink, seed);
    }

    /// The same problem with other tensors.
    Problem withTensors(Tensor queries, Tensor keys, Tensor values) {
        return new Problem(spec, queryLens, kvLens, offsets, packed, queries, keys, values, mask, bias, sink, seed);
    }

    /// The same problem with query, key and value laid out anew.
    Problem withLayout(UnaryOperator<Tensor> layout) {
        return withTensors(layout.apply(query), layout.apply(key), layout.apply(value));
    }

    /// The same problem under another spec of the same shapes.
    Problem withSpec(AttentionSpec other) {
        return new Problem(other, queryLens, kvLens, offsets, packed, query, key, value, mask, bias, sink, seed);
    }

    /// The same problem with another boolean mask.
    Problem withMask(Tensor given) {
        return new Problem(
                spec, queryLens, kvLens, offsets, packed, query, key, value, Optional.of(given), bias, sink, seed);
    }

    /// The same problem with another additive mask.
    Problem withBias(Tensor given) {
        return new Problem(
                spec, queryLens, kvLens, offsets, packed, query, key, value, mask, Optional.of(given), sink, seed);
    }

    int batch() {
        return queryLens.length;
    }

    /// Position of query row 0 of sequence `b`.
    int position(int b) {
        return switch (spec.alignment()) {
            case TOP_LEFT -> 0;
            case BOTTOM_RIGHT -> kvLens[b] - queryLens[b];
            case OFFSET -> offsets[b];
        };
    }

    /// The rows of sequence `b` of a query-side tensor.
    Tensor queryRows(Tensor tensor, int b) {
        return rows(tensor, b, queryLens);
    }

    /// The rows of sequence `b` of a key-side tensor.
    Tensor keyRows(Tensor tensor, int b) {
        return rows(tensor, b, kvLens);
    }

    private Tensor rows(Tensor tensor, int b, int[] lens) {
        int start = packed ? Arrays.stream(lens, 0, b).sum() : 0;
        return (packed ? tensor : tensor.slice(0, b, b + 1)).slice(2, start, start + lens[b]);
    }

    /// Just the sizes needed.
    AttentionSizes sizes() {
        return new AttentionSizes(batch(), longest(queryLens), longest(kvLens));
    }

    /// Room for the result, holding NaN.
    PartialOutput room() {
        int[] shape = query.shape();
        ElementType type = spec.outputType();
        return new PartialOutput(
                Tensors.filled(Double.NaN, type, shape[0], shape[1], shape[2], spec.valueDim()),
                Tensors.filled(Double.NaN, type, shape[0], shape[1], shape[2]));
    }

    /// The arguments of a run that writes to `target`.
    AttentionArguments arguments(PartialOutput target) {
        AttentionArguments arguments = new AttentionArguments()
                .query(query)
                .key(key)
                .value(value)
                .lengths(lengths())
                .output(target.output());
        if (spec.hasLogSumExp()) {
            arguments.logSumExp(target.logSumExp());
        }
        mask.ifPresent(arguments::mask);
        bias.ifPresent(arguments::bias);
        sink.ifPresent(arguments::sink);
        return arguments;
    }

    SequenceLengths lengths() {
        SequenceLengths lengths = new SequenceLengths(batch());
        if (packed) {
            lengths.queryStarts(starts(queryLens)).kvStarts(starts(kvLens));
        } else {
            lengths.queryLens(queryLens).kvLens(kvLens);
        }
        return spec.alignment() == QueryAlignment.OFFSET ? lengths.offsets(offsets) : lengths;
    }

    private static int[] starts(int[] lens) {
        int[] starts = new int[lens.length + 1];
        for (int b = 0; b < lens.length; b++) {
            starts[b + 1] = starts[b] + lens[b];
        }
        return starts;
    }

    /// Plans for just these sizes and runs once.
    PartialOutput run(AttentionBackend backend) {
        return run(backend, sizes(), PlanOptions.DEFAULT);
    }

    PartialOutput run(AttentionBackend backend, AttentionSizes sizes, PlanOptions options) {
        try (AttentionPlan plan = backend.plan(spec, sizes, options)) {
            return run(plan);
        }
    }

    PartialOutput run(AttentionPlan plan) {
        PartialOutput result = room();
        plan.run(arguments(result));
        return result;
    }

    @Override
    public String toString() {
        return "queryLens=%s kvLens=%s heads=%d/%d dims=%d/%d type=%s mask=%s alignment=%s%s seed=%d"
                .formatted(
                        Arrays.toString(queryLens),
                        Arrays.toString(kvLens),
                        spec.queryHeads(),
                        spec.kvHeads(),
                        spec.headDim(),
                        spec.valueDim(),
                        spec.queryType(),
                        spec.mask(),
                        spec.alignment(),
                        packed ? " packed" : "",
                        seed);
    }
}
