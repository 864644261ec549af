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
/// Keys are kept as rows. A spec that wants [KeyLayout.Panels] gets them when it runs, with garbage past the last
/// key.
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
        Aside aside,
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
                Stored.rows(random, spec.kvType(), batch, spec.kvHeads(), keys, spec.headDim()),
                Stored.rows(random, spec.kvType(), batch, spec.kvHeads(), keys, spec.valueDim()),
                new Aside(
                        Stored.scales(random, spec.kvType(), batch, spec.kvHeads(), keys, spec.headDim()),
                        Stored.scales(random, spec.kvType(), batch, spec.kvHeads(), keys, spec.valueDim()),
                        given(spec.mask().has(Mask.BooleanTensor.class), () -> booleans(random, pairs)),
                        given(spec.mask().has(Mask.AdditiveTensor.class), () -> additive(random, floats, pairs)),
                        given(spec.sink(), () -> Tensors.normal(random, 1, floats, spec.queryHeads()))),
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
        return new Problem(spec, queries, keys, offsets, packed, query, key, value, aside, seed);
    }

    /// The same problem with other query positions, for [QueryAlignment#OFFSET].
    Problem withOffsets(int... positions) {
        return new Problem(spec, queryLens, kvLens, positions, packed, query, key, value, aside, seed);
    }

    /// The same problem with other tensors.
    Problem withTensors(Tensor queries, Tensor keys, Tensor values) {
        return new Problem(spec, queryLens, kvLens, offsets, packed, queries, keys, values, aside, seed);
    }

    /// The same problem with other scales of its quantised keys and values.
    Problem withScales(Tensor ofKeys, Tensor ofValues) {
        return withScales(Optional.of(ofKeys), Optional.of(ofValues));
    }

    private Problem withScales(Optional<Tensor> ofKeys, Optional<Tensor> ofValues) {
        return new Problem(
                spec, queryLens, kvLens, offsets, packed, query, key, value, aside.withScales(ofKeys, ofValues), seed);
    }

    /// Sequence `b` of a problem without mask tensors, by itself.
    Problem alone(int b) {
        return withTensors(queryRows(query, b), keyRows(key, b), keyRows(value, b))
                .withScales(
                        keyScale().map(scale -> keyRows(scale, b)), valueScale().map(scale -> keyRows(scale, b)))
                .withLengths(new int[] {queryLens[b]}, new int[] {kvLens[b]})
                .withOffsets(offsets[b]);
    }

    /// The same problem with what quantised keys and values are worth, in double.
    Problem widened() {
        if (!spec.kvType().isQuantised()) {
            return this;
        }
        AttentionSpec wide = spec.toBuilder().kvType(ElementType.F64).build();
        return withSpec(wide)
                .withTensors(
                        query,
                        Stored.worth(key, keyScale().orElseThrow()),
                        Stored.worth(value, valueScale().orElseThrow()))
                .withScales(Optional.empty(), Optional.empty());
    }

    /// Whether plain arithmetic for it is that of f32; f64 queries ask for f64.
    boolean isSingle() {
        return spec.queryType() != ElementType.F64;
    }

    /// The same problem with query, key and value laid out anew.
    Problem withLayout(UnaryOperator<Tensor> layout) {
        return withTensors(layout.apply(query), layout.apply(key), layout.apply(value));
    }

    /// The same problem under another spec of the same shapes.
    Problem withSpec(AttentionSpec other) {
        return new Problem(other, queryLens, kvLens, offsets, packed, query, key, value, aside, seed);
    }

    /// The same problem with another boolean mask.
    Problem withMask(Tensor given) {
        return new Problem(spec, queryLens, kvLens, offsets, packed, query, key, value, aside.withMask(given), seed);
    }

    /// The same problem with another additive mask.
    Problem withBias(Tensor given) {
        return new Problem(spec, queryLens, kvLens, offsets, packed, query, key, value, aside.withBias(given), seed);
    }

    /// The same problem with other sink logits.
    Problem withSink(Tensor given) {
        return new Problem(spec, queryLens, kvLens, offsets, packed, query, key, value, aside.withSink(given), seed);
    }

    Optional<Tensor> keyScale() {
        return aside.keyScale();
    }

    Optional<Tensor> valueScale() {
        return aside.valueScale();
    }

    Optional<Tensor> mask() {
        return aside.mask();
    }

    Optional<Tensor> bias() {
        return aside.bias();
    }

    Optional<Tensor> sink() {
        return aside.sink();
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

    /// Room for the result, holding NaN; a log-sum-exp of 16 bits is for those who ask for it.
    PartialOutput room() {
        ElementType type = spec.outputType();
        return room(type, type == ElementType.F64 ? ElementType.F64 : ElementType.F32);
    }

    /// Room for the result in types of one's own.
    PartialOutput room(ElementType output, ElementType logSumExp) {
        int[] shape = query.shape();
        return new PartialOutput(
                Tensors.filled(Double.NaN, output, shape[0], shape[1], shape[2], spec.valueDim()),
                Tensors.filled(Double.NaN, logSumExp, shape[0], shape[1], shape[2]));
    }

    /// The arguments of a run that writes to `target`.
    AttentionArguments arguments(PartialOutput target) {
        AttentionArguments arguments = new AttentionArguments()
                .query(query)
                .key(Stored.laidOut(key, spec.keyLayout()))
                .value(value)
                .lengths(lengths())
                .output(target.output());
        if (spec.hasLogSumExp()) {
            arguments.logSumExp(target.logSumExp());
        }
        aside.giveTo(arguments);
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
        return "queryLens=%s kvLens=%s heads=%d/%d dims=%d/%d types=%s/%s/%s %s mask=%s alignment=%s%s seed=%d"
                .formatted(
                        Arrays.toString(queryLens),
                        Arrays.toString(kvLens),
                        spec.queryHeads(),
                        spec.kvHeads(),
                        spec.headDim(),
                        spec.valueDim(),
                        spec.queryType(),
                        spec.kvType(),
                        spec.outputType(),
                        spec.keyLayout(),
                        spec.mask(),
                        spec.alignment(),
                        packed ? " packed" : "",
                        seed);
    }
}
