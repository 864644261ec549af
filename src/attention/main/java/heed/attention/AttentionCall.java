package heed.attention;

import static heed.attention.Checks.require;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The arguments of one run, checked and resolved: what a backend sees.
///
/// A call belongs to a workspace of a [CheckedPlan] and is filled anew by each run. Lengths are copied, so that a
/// caller who changes an array during a run changes nothing. `…At` are bytes into the tensor's segment.
public final class AttentionCall {
    private final AttentionSpec spec;
    private final AttentionSizes sizes;
    private final int[] queryStarts;
    private final int[] queryLens;
    private final int[] kvStarts;
    private final int[] kvLens;
    private final int[] positions;
    private int batch;
    private boolean raggedQueries;
    private boolean raggedKeys;
    private boolean shared;
    private boolean accumulate;
    private @Nullable Tensor query;
    private @Nullable Tensor key;
    private @Nullable Tensor value;
    private @Nullable Tensor output;
    private @Nullable Tensor logSumExp;
    private @Nullable Tensor sink;
    private final MaskRows mask = new MaskRows("mask");
    private final MaskRows bias = new MaskRows("bias");

    AttentionCall(AttentionSpec spec, AttentionSizes sizes) {
        this.spec = spec;
        this.sizes = sizes;
        queryStarts = new int[sizes.batch()];
        queryLens = new int[sizes.batch()];
        kvStarts = new int[sizes.batch()];
        kvLens = new int[sizes.batch()];
        positions = new int[sizes.batch()];
    }

    /// What is computed.
    public AttentionSpec spec() {
        return spec;
    }

    /// Sequences of this run.
    public int batch() {
        return batch;
    }

    /// Query rows of sequence `b`.
    public int queryLen(int b) {
        return queryLens[b];
    }

    /// Keys of sequence `b`.
    public int kvLen(int b) {
        return kvLens[b];
    }

    /// Position of query row 0 of sequence `b`.
    public int offset(int b) {
        return positions[b];
    }

    /// Whether any thread may touch the tensors; if not, only the calling one.
    public boolean isShared() {
        return shared;
    }

    /// Whether to merge into output and log-sum-exp rather than overwrite them.
    public boolean accumulates() {
        return accumulate;
    }

    /// The query tensor.
    public Tensor query() {
        return Objects.requireNonNull(query);
    }

    /// The key tensor.
    public Tensor key() {
        return Objects.requireNonNull(key);
    }

    /// The value tensor.
    public Tensor value() {
        return Objects.requireNonNull(value);
    }

    /// The output tensor.
    public Tensor output() {
        return Objects.requireNonNull(output);
    }

    /// The log-sum-exp tensor, if [#hasLogSumExp].
    public Tensor logSumExp() {
        return Objects.requireNonNull(logSumExp);
    }

    /// Whether the log-sum-exp is to be written: the spec asks for it, or the run accumulates.
    public boolean hasLogSumExp() {
        return logSumExp != null;
    }

    /// The rows of the boolean mask, if the spec has one.
    public MaskRows mask() {
        return mask;
    }

    /// The rows of the additive mask, if the spec has one.
    public MaskRows bias() {
        return bias;
    }

    /// The sink logit of `head`, −∞ without sinks.
    public double sinkLogit(int head) {
        return sink == null ? Double.NEGATIVE_INFINITY : sink.get(head);
    }

    /// Query row `i` of `head` in sequence `b`.
    public long queryAt(int b, int head, int i) {
        return rowAt(query(), raggedQueries ? 0 : b, head, queryStarts[b] + i);
    }

    /// Key `j` of kv head `head` in sequence `b`.
    public long keyAt(int b, int head, int j) {
        return rowAt(key(), raggedKeys ? 0 : b, head, kvStarts[b] + j);
    }

    /// Value `j` of kv head `head` in sequence `b`.
    public long valueAt(int b, int head, int j) {
        return rowAt(value(), raggedKeys ? 0 : b, head, kvStarts[b] + j);
    }

    /// Output row `i` of `head` in sequence `b`.
    public long outputAt(int b, int head, int i) {
        return rowAt(output(), raggedQueries ? 0 : b, head, queryStarts[b] + i);
    }

    /// Log-sum-exp of row `i` of `head` in sequence `b`.
    public long logSumExpAt(int b, int head, int i) {
        return rowAt(logSumExp(), raggedQueries ? 0 : b, head, queryStarts[b] + i);
    }

    private static long rowAt(Tensor tensor, int b, int head, int row) {
        return tensor.offset() + b * tensor.stride(0) + head * tensor.stride(1) + row * tensor.stride(2);
    }

    /// Checks `arguments` and takes them in.
    void bind(AttentionArguments arguments) {
        query = Door.given("query", arguments.query);
        key = Door.given("key", arguments.key);
        value = Door.given("value", arguments.value);
        output = Door.given("output", arguments.output);
        logSumExp = takes("logSumExp", arguments.logSumExp, spec.hasLogSumExp() || arguments.accumulate, "logSumExp()");
        sink = takes("sink", arguments.sink, spec.sink(), "sink()");
        accumulate = arguments.accumulate;
        bindLengths(arguments.lengths);
        checkShapes();
        mask.bind(arguments.mask, spec.mask().has(Mask.BooleanTensor.class), this);
        bias.bind(arguments.bias, spec.mask().has(Mask.AdditiveTensor.class), this);
        checkMemory();
    }

    /// Forgets every segment.
    void release() {
        query = key = value = output = logSumExp = sink = null;
        mask.release();
        bias.release();
    }

    private static @Nullable Tensor takes(String name, @Nullable Tensor tensor, boolean wanted, String builderCall) {
        require(
                wanted || tensor == null,
                "%s was given but the spec has none: build the spec with %s",
                name,
                builderCall);
        return wanted ? Door.given(name, tensor) : null;
    }

    private void bindLengths(@Nullable SequenceLengths lengths) {
        require(query().rank() == 4, "query must be [batch, queryHeads, queryLen, headDim]: query=%s", query());
        require(key().rank() == 4, "key must be [batch, kvHeads, kvLen, headDim]: key=%s", key());
        batch = lengths == null ? query().size(0) : lengths.batch();
        require(batch <= sizes.batch(), "batch must fit the plan's %d: batch=%d", sizes.batch(), batch);
        raggedQueries = lengths != null && lengths.queriesAreRagged();
        raggedKeys = lengths != null && lengths.keysAreRagged();
        SequenceLengths source = lengths == null ? new SequenceLengths(batch) : lengths;
        source.resolveQueries(query().size(2), queryStarts, queryLens);
        source.resolveKeys(key().size(2), kvStarts, kvLens);
        for (int b = 0; b < batch; b++) {
            require(
                    queryLens[b] <= sizes.queryLen(),
                    "queryLen must fit the plan's %d: queryLen=%d, sequence=%d",
                    sizes.queryLen(),
                    queryLens[b],
                    b);
            require(
                    kvLens[b] <= sizes.kvLen(),
                    "kvLen must fit the plan's %d: kvLen=%d, sequence=%d",
                    sizes.kvLen(),
                    kvLens[b],
                    b);
            positions[b] = position(source, b);
            require(
                    (long) positions[b] + queryLens[b] <= Integer.MAX_VALUE,
                    "positions must fit 32 bits: offset=%d, queryLen=%d, sequence=%d",
                    positions[b],
                    queryLens[b],
                    b);
        }
    }

    private int position(SequenceLengths lengths, int b) {
        int[] offsets = lengths.offsets();
        require(
                (spec.alignment() == QueryAlignment.OFFSET) == (offsets != null),
                "offsets go with QueryAlignment.OFFSET, one for each sequence: alignment=%s, offsets %s",
                spec.alignment(),
                offsets == null ? "missing" : "given");
        return switch (spec.alignment()) {
            case TOP_LEFT -> 0;
            case BOTTOM_RIGHT -> kvLens[b] - queryLens[b];
            case OFFSET -> Objects.requireNonNull(offsets)[b];
        };
    }

    private void checkShapes() {
        int queryBatch = raggedQueries ? 1 : batch;
        int keyBatch = raggedKeys ? 1 : batch;
        int rows = query().size(2);
        int keys = key().size(2);
        int heads = spec.queryHeads();
        Door.shape("query", query(), "[batch, queryHeads, queryLen, headDim]", queryBatch, heads, rows, spec.headDim());
        Door.shape("key", key(), "[batch, kvHeads, kvLen, headDim]", keyBatch, spec.kvHeads(), keys, spec.headDim());
        Door.shape(
                "value", value(), "[batch, kvHeads, kvLen, valueDim]", keyBatch, spec.kvHeads(), keys, spec.valueDim());
        Door.shape(
                "output",
                output(),
                "[batch, queryHeads, queryLen, valueDim]",
                queryBatch,
                heads,
                rows,
                spec.valueDim());
        Door.type("query", query(), spec.queryType());
        Door.type("key", key(), spec.kvType());
        Door.type("value", value(), spec.kvType());
        Door.type("output", output(), spec.outputType());
        if (logSumExp != null) {
            Door.shape("logSumExp", logSumExp, "[batch, queryHeads, queryLen]", queryBatch, heads, rows);
            Door.floating("logSumExp", logSumExp);
        }
        if (sink != null) {
            Door.shape("sink", sink, "[queryHeads]", heads);
            Door.floating("sink", sink);
        }
    }

    private void checkMemory() {
        shared = true;
        Door.writable("output", output());
        input("query", query());
        input("key", key());
        input("value", value());
        input("mask", mask.tensor());
        input("bias", bias.tensor());
        input("sink", sink);
        shared &= Door.isShared(output());
        if (logSumExp != null) {
            Door.writable("logSumExp", logSumExp);
            Door.apart("logSumExp", logSumExp, "output", output());
            shared &= Door.isShared(logSumExp);
        }
    }

    private void input(String name, @Nullable Tensor tensor) {
        if (tensor == null) {
            return;
        }
        Door.readable(name, tensor);
        Door.apart("output", output(), name, tensor);
        if (logSumExp != null) {
            Door.apart("logSumExp", logSumExp, name, tensor);
        }
        shared &= Door.isShared(tensor);
    }

    /// `2 · queryHeads · (headDim + valueDim) · pairs`, pairs counted by the mask's intervals.
    long flops() {
        long pairs = 0;
        for (int b = 0; b < batch; b++) {
            for (int i = 0; i < queryLens[b]; i++) {
                int p = positions[b] + i;
                pairs += Math.max(
                        0, spec.mask().endKey(p, kvLens[b]) - spec.mask().firstKey(p));
            }
        }
        return 2L * spec.queryHeads() * (spec.headDim() + spec.valueDim()) * pairs;
    }

    /// Bytes of query, key, value and output, each once.
    long bytes() {
        long bytes = 0;
        for (int b = 0; b < batch; b++) {
            long q = (long) queryLens[b] * spec.queryHeads();
            long kv = (long) kvLens[b] * spec.kvHeads();
            bytes += q * spec.headDim() * spec.queryType().bytes();
            bytes += q * spec.valueDim() * spec.outputType().bytes();
            bytes += kv * (spec.headDim() + spec.valueDim()) * spec.kvType().bytes();
        }
        return bytes;
    }
}
