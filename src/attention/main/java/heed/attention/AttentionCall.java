package heed.attention;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The arguments of one run, checked and resolved: what a backend sees.
///
/// A call belongs to a workspace of a [CheckedPlan] and is filled anew by each run. `…At` are bytes into the tensor's
/// segment.
public final class AttentionCall {
    private final AttentionSpec spec;
    private final Sequences sequences;
    private boolean shared;
    private boolean accumulate;
    private int threads;
    private @Nullable Tensor query;
    private @Nullable Tensor key;
    private @Nullable Tensor value;
    private @Nullable Tensor output;
    private @Nullable Tensor logSumExp;
    private @Nullable Tensor sink;
    private final boolean hasMask;
    private final boolean hasBias;
    private final boolean hasLogSumExp;
    private final MaskRows mask = new MaskRows("mask");
    private final MaskRows bias = new MaskRows("bias");

    AttentionCall(AttentionSpec spec, AttentionSizes sizes) {
        this.spec = spec;
        sequences = new Sequences(spec, sizes);
        hasMask = spec.mask().has(Mask.BooleanTensor.class);
        hasBias = spec.mask().has(Mask.AdditiveTensor.class);
        hasLogSumExp = spec.hasLogSumExp();
    }

    /// What is computed.
    public AttentionSpec spec() {
        return spec;
    }

    /// Sequences of this run.
    public int batch() {
        return sequences.batch();
    }

    /// Query rows of sequence `b`.
    public int queryLen(int b) {
        return sequences.queryLen(b);
    }

    /// Keys of sequence `b`.
    public int kvLen(int b) {
        return sequences.kvLen(b);
    }

    /// Position of query row 0 of sequence `b`.
    public int offset(int b) {
        return sequences.position(b);
    }

    /// Whether any thread may touch the tensors; if not, only the calling one.
    public boolean isShared() {
        return shared;
    }

    /// The most threads that may take part, the calling one included: what the caller allows, and 1 if the memory is
    /// the calling thread's alone. What the plan has bounds it further.
    public int threads() {
        return shared ? threads : 1;
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
        return sequences.queryRowAt(query(), b, head, i);
    }

    /// Key `j` of kv head `head` in sequence `b`.
    public long keyAt(int b, int head, int j) {
        return sequences.keyRowAt(key(), b, head, j);
    }

    /// Value `j` of kv head `head` in sequence `b`.
    public long valueAt(int b, int head, int j) {
        return sequences.keyRowAt(value(), b, head, j);
    }

    /// Output row `i` of `head` in sequence `b`.
    public long outputAt(int b, int head, int i) {
        return sequences.queryRowAt(output(), b, head, i);
    }

    /// Log-sum-exp of row `i` of `head` in sequence `b`.
    public long logSumExpAt(int b, int head, int i) {
        return sequences.queryRowAt(logSumExp(), b, head, i);
    }

    /// Checks `arguments` and takes them in.
    void bind(AttentionArguments arguments) {
        query = Door.given("query", arguments.query);
        key = Door.given("key", arguments.key);
        value = Door.given("value", arguments.value);
        output = Door.given("output", arguments.output);
        logSumExp = takes("logSumExp", arguments.logSumExp, hasLogSumExp || arguments.accumulate, "logSumExp()");
        sink = takes("sink", arguments.sink, spec.sink(), "sink()");
        accumulate = arguments.accumulate;
        threads = arguments.threads;
        if (query().rank() != 4) {
            throw Checks.refusal("query must be [batch, queryHeads, queryLen, headDim]: query=%s", query());
        }
        if (key().rank() != 4) {
            throw Checks.refusal("key must be [batch, kvHeads, kvLen, headDim]: key=%s", key());
        }
        sequences.bind(query(), key(), arguments.lengths);
        checkShapes();
        mask.bind(arguments.mask, hasMask, this);
        bias.bind(arguments.bias, hasBias, this);
        checkMemory();
    }

    /// Forgets every segment.
    void release() {
        query = key = value = output = logSumExp = sink = null;
        mask.release();
        bias.release();
    }

    private static @Nullable Tensor takes(String name, @Nullable Tensor tensor, boolean wanted, String builderCall) {
        if (!wanted && tensor != null) {
            throw Checks.refusal("%s was given but the spec has none: build the spec with %s", name, builderCall);
        }
        return wanted ? Door.given(name, tensor) : null;
    }

    private void checkShapes() {
        int queryBatch = sequences.queryBatch();
        int keyBatch = sequences.keyBatch();
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
        for (int b = 0; b < batch(); b++) {
            for (int i = 0; i < queryLen(b); i++) {
                int p = offset(b) + i;
                pairs += Math.max(
                        0, spec.mask().endKey(p, kvLen(b)) - spec.mask().firstKey(p));
            }
        }
        return 2L * spec.queryHeads() * (spec.headDim() + spec.valueDim()) * pairs;
    }

    /// Bytes of query, key, value and output, each once.
    long bytes() {
        long bytes = 0;
        for (int b = 0; b < batch(); b++) {
            long q = (long) queryLen(b) * spec.queryHeads();
            long kv = (long) kvLen(b) * spec.kvHeads();
            bytes += q * spec.headDim() * spec.queryType().bytes();
            bytes += q * spec.valueDim() * spec.outputType().bytes();
            bytes += kv * (spec.headDim() + spec.valueDim()) * spec.kvType().bytes();
        }
        return bytes;
    }
}
