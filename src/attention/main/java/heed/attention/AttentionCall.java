package heed.attention;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The arguments of one run, checked and resolved: what a backend sees.
///
/// A call belongs to a workspace of a [CheckedPlan] and is filled anew by each run. `…At` are bytes into the
/// tensor's segment.
public final class AttentionCall {
    private final AttentionSpec spec;
    private final Sequences sequences;
    private final Shapes shapes;
    private boolean shared;
    private boolean accumulate;
    private int threads;
    private @Nullable Tensor query;
    private @Nullable Tensor key;
    private @Nullable Tensor value;
    private @Nullable Tensor keyScale;
    private @Nullable Tensor valueScale;
    private @Nullable Tensor output;
    private @Nullable Tensor logSumExp;
    private @Nullable Tensor sink;
    private @Nullable Tensor alibiSlopes;
    private @Nullable Tensor scores;
    private long @Nullable [] treeBits;
    private final PairScores pairs;
    private final List<Mask> maskParts;
    private final CapturedTensors captured;
    private final DiagnosticCall diagnostics;
    private @Nullable Cancellation cancellation;
    private final boolean hasBlockMask;
    private final boolean hasAlibi;
    private final boolean hasTree;
    private final boolean hasMask;
    private final boolean hasBias;
    private final boolean hasLogSumExp;
    private final MaskRows mask = new MaskRows("mask", 1);
    private final MaskRows bias = new MaskRows("bias", 1);
    private final MaskRows blockMask;

    AttentionCall(AttentionSpec spec, AttentionSizes sizes) {
        this.spec = spec;
        sequences = new Sequences(spec, sizes);
        shapes = new Shapes(this, spec);
        hasMask = spec.mask().has(Mask.BooleanTensor.class);
        hasBias = spec.mask().has(Mask.AdditiveTensor.class);
        hasLogSumExp = spec.hasLogSumExp();
        pairs = new PairScores(this, spec);
        maskParts = spec.mask().parts();
        captured = new CapturedTensors(spec);
        diagnostics = new DiagnosticCall(spec);
        hasBlockMask = spec.mask().has(Mask.BlockTensor.class);
        hasAlibi = spec.mask().has(Mask.Alibi.class);
        hasTree = spec.mask().has(Mask.Tree.class);
        blockMask = new MaskRows("blockMask", queryBlock(spec.mask()));
    }

    private static int queryBlock(Mask mask) {
        return mask.leaves().stream()
                .mapToInt(leaf -> leaf instanceof Mask.BlockTensor(int queryBlock, int _) ? queryBlock : 1)
                .max()
                .orElse(1);
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

    /// The most threads that may take part, the calling one included: what the caller allows, and 1 if the
    /// memory is the calling thread's alone. What the plan has bounds it further.
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

    /// The scales of quantised keys, if the spec's kvType is quantised.
    public Tensor keyScale() {
        return Objects.requireNonNull(keyScale);
    }

    /// The scales of quantised values, if the spec's kvType is quantised.
    public Tensor valueScale() {
        return Objects.requireNonNull(valueScale);
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

    /// The rows of the block mask, if the spec has one: a row for each block of queries, a column for each of
    /// keys.
    public MaskRows blockMask() {
        return blockMask;
    }

    /// The slope of query head `head`, if the spec has [Mask.Alibi].
    public double alibiSlope(int head) {
        return alibiSlopes().get(head);
    }

    boolean hasAlibi() {
        return hasAlibi;
    }

    Tensor alibiSlopes() {
        return Objects.requireNonNull(alibiSlopes);
    }

    /// Where scores go, if the spec has a [ScoreStage].
    Tensor scores() {
        return Objects.requireNonNull(scores);
    }

    /// The masks that hold together, see [Mask#parts].
    public List<Mask> maskParts() {
        return maskParts;
    }

    /// The tensor that expressions capture as `name`.
    public Tensor captured(String name) {
        return captured.tensor(name);
    }

    /// Position `index` along `axis` of the captured tensor `name`.
    ///
    /// @throws ScoreExpressionException if there is none
    public static int capturedIndex(String name, Tensor tensor, int axis, double index, int sequence) {
        return CapturedTensors.index(name, tensor, axis, index, sequence);
    }

    /// Whether row `i` of sequence `b` sees key `j`, by the bits of [Mask.Tree].
    public boolean treeSees(int b, int i, int j) {
        int draft = j - (kvLen(b) - queryLen(b));
        if (draft < 0) {
            return true;
        }
        int words = Math.ceilDiv(queryLen(b), Long.SIZE);
        long word = Objects.requireNonNull(treeBits)[treeStart(b) + i * words + draft / Long.SIZE];
        return (word >>> draft & 1) != 0;
    }

    /// First word of sequence `b`.
    private int treeStart(int b) {
        int start = 0;
        for (int before = 0; before < b; before++) {
            start += queryLen(before) * Math.ceilDiv(queryLen(before), Long.SIZE);
        }
        return start;
    }

    /// What the softmax is given for row `i` of `head` and key `j` of sequence `b`, `scaled` being `scale · q ·
    /// k`: by definition and in double; −∞ if the key is hidden.
    ///
    /// @throws ScoreExpressionException if the spec's score expression makes NaN of a number
    public double score(int b, int head, int i, int j, double scaled) {
        return pairs.of(b, head, i, j, scaled);
    }

    /// The derivative of [#score] by `scaled`.
    public double scoreSlope(int b, int head, int i, int j, double scaled) {
        return pairs.slope(b, head, i, j, scaled);
    }

    /// The value, for row `i` of `head` in sequence `b`, of an expression that depends on neither score nor key.
    public double rowValue(ScoreExpression expression, int b, int head, int i) {
        return pairs.value(expression, b, head, i, 0, Double.NaN);
    }

    /// `scaled` after the softcap.
    double capped(double scaled) {
        return pairs.capped(scaled);
    }

    /// The sink tensor, if the spec has a sink.
    Tensor sink() {
        return Objects.requireNonNull(sink);
    }

    /// The sink logit of `head`, −∞ without sinks.
    public double sinkLogit(int head) {
        return sink == null ? Double.NEGATIVE_INFINITY : sink.get(head);
    }

    /// Row `i` of `head` in sequence `b` of a tensor that lies along the query.
    public long queryRowAt(Tensor tensor, int b, int head, int i) {
        return sequences.queryRowAt(tensor, b, head, i);
    }

    /// Row `j` of kv head `head` in sequence `b` of a tensor that lies along the value.
    public long keyRowAt(Tensor tensor, int b, int head, int j) {
        return sequences.keyRowAt(tensor, b, head, j);
    }

    /// Query row `i` of `head` in sequence `b`.
    public long queryAt(int b, int head, int i) {
        return sequences.queryRowAt(query(), b, head, i);
    }

    /// Key `j` of kv head `head` in sequence `b`, for [KeyLayout.Rows].
    public long keyAt(int b, int head, int j) {
        return sequences.keyRowAt(key(), b, head, j);
    }

    /// How many keys from key `j` on lie evenly apart, as far as a tensor's stride along keys says: those of the
    /// page.
    public int keysTogether(int j) {
        return sequences.keysTogether(j);
    }

    /// Panel `panel` of kv head `head` in sequence `b`, that is dim 0 of its first key, for [KeyLayout.Panels].
    public long keyPanelAt(int b, int head, int panel) {
        return sequences.keyPanelAt(key(), b, head, panel);
    }

    /// The scale of key `j` of kv head `head` in sequence `b`, of its first group if there are several.
    public long keyScaleAt(int b, int head, int j) {
        return sequences.keyRowAt(keyScale(), b, head, j);
    }

    /// Value `j` of kv head `head` in sequence `b`.
    public long valueAt(int b, int head, int j) {
        return sequences.keyRowAt(value(), b, head, j);
    }

    /// The scale of value `j` of kv head `head` in sequence `b`, of its first group if there are several.
    public long valueScaleAt(int b, int head, int j) {
        return sequences.keyRowAt(valueScale(), b, head, j);
    }

    /// Output row `i` of `head` in sequence `b`.
    public long outputAt(int b, int head, int i) {
        return sequences.queryRowAt(output(), b, head, i);
    }

    /// Log-sum-exp of row `i` of `head` in sequence `b`.
    public long logSumExpAt(int b, int head, int i) {
        return sequences.queryRowAt(logSumExp(), b, head, i);
    }

    /// Whether the run wants a diagnostic.
    public boolean wants(ExtraOutput output) {
        return diagnostics.wants(output);
    }

    /// Writes a diagnostic of row `i` of `head` in sequence `b`.
    public void writeRow(ExtraOutput output, int b, int head, int i, double value) {
        Tensor tensor = diagnostics.tensor(output);
        tensor.type().write(tensor.segment(), sequences.queryRowAt(tensor, b, head, i), value);
    }

    /// Writes the mass of key `j` of sequence `b` for `head`.
    public void writeColumn(int b, int head, int j, double mass) {
        Tensor tensor = diagnostics.tensor(ExtraOutput.COLUMN_MASS);
        long at = tensor.offset() + b * tensor.stride(0) + head * tensor.stride(1) + j * tensor.stride(2);
        tensor.type().write(tensor.segment(), at, mass);
    }

    /// Scores of row `i` of `head` in sequence `b`, those of key 0 first.
    long scoresAt(int b, int head, int i) {
        return sequences.queryRowAt(scores(), b, head, i);
    }

    /// Reads query row `i` of `head` in sequence `b` into the `headDim` elements of `row`.
    public void readQuery(int b, int head, int i, double[] row) {
        StoredRows.read(query(), queryAt(b, head, i), query().stride(3), row);
    }

    /// Reads key `j` of kv head `head` in sequence `b`, of either layout, scaled, into the `headDim` elements of
    /// `row`.
    public void readKey(int b, int head, int j, double[] row) {
        switch (spec.keyLayout()) {
            case KeyLayout.Rows _ -> readStored(key(), keyAt(b, head, j), keyScale, b, head, j, row);
            case KeyLayout.Panels(int width) -> {
                long at = keyPanelAt(b, head, j / width) + j % width * key().stride(4);
                readStored(key(), at, keyScale, b, head, j, row);
            }
        }
    }

    /// Reads value `j` of kv head `head` in sequence `b`, scaled, into the `valueDim` elements of `row`.
    public void readValue(int b, int head, int j, double[] row) {
        readStored(value(), valueAt(b, head, j), valueScale, b, head, j, row);
    }

    /// The dims of a row lie along axis 3 in both layouts.
    private void readStored(Tensor tensor, long at, @Nullable Tensor scale, int b, int head, int j, double[] row) {
        long stride = tensor.stride(3);
        if (scale == null) {
            StoredRows.read(tensor, at, stride, row);
        } else {
            StoredRows.readScaled(tensor, at, stride, scale, sequences.keyRowAt(scale, b, head, j), row);
        }
    }

    /// Checks `arguments` and takes them in.
    void bind(AttentionArguments arguments) {
        boolean quantised = spec.kvType().isQuantised();
        query = Door.given("query", arguments.query);
        key = Door.given("key", arguments.key);
        value = Door.given("value", arguments.value);
        keyScale = takes("keyScale", arguments.keyScale, quantised, "a quantised kvType");
        valueScale = takes("valueScale", arguments.valueScale, quantised, "a quantised kvType");
        output = Door.given("output", arguments.output);
        logSumExp = takes("logSumExp", arguments.logSumExp, hasLogSumExp || arguments.accumulate, "logSumExp()");
        sink = takes("sink", arguments.sink, spec.sink(), "sink()");
        alibiSlopes = takes("alibiSlopes", arguments.alibiSlopes, hasAlibi, "mask(Mask.alibi())");
        scores = takes("scores", arguments.scores, spec.scoreStage().isPresent(), "scoreStage(…)");
        accumulate = arguments.accumulate;
        Tensor keyRows = Shapes.keyRows(spec.keyLayout(), key(), value());
        sequences.bind(Shapes.queryRows(query()), keyRows, arguments.lengths, arguments.pageTable);
        shapes.check(sequences.queryBatch(), sequences.keyBatch());
        threads = arguments.threads;
        mask.bind(arguments.mask, hasMask, this);
        bias.bind(arguments.bias, hasBias, this);
        blockMask.bind(arguments.blockMask, hasBlockMask, this);
        captured.bind(arguments.captured);
        bindTree(arguments.treeBits);
        diagnostics.bind(this, arguments.diagnostics);
        checkMemory();
        cancellation = arguments.cancellation;
        checkCancelled();
    }

    /// Ends the run if it is to end early: backends call it between tiles.
    ///
    /// @throws CancelledRunException if so
    public void checkCancelled() {
        if (cancellation != null) {
            cancellation.check();
        }
    }

    private void bindTree(long @Nullable [] bits) {
        if (hasTree != (bits != null)) {
            throw Checks.refusal(
                    "treeBits go with a mask that has Mask.tree(): treeBits %s", bits == null ? "missing" : "given");
        }
        if (bits != null) {
            for (int b = 0; b < batch(); b++) {
                if (queryLen(b) > kvLen(b)) {
                    throw Checks.refusal(
                            "the queries of a tree are its last keys, so kvLen must not be below queryLen: sequence=%d, queryLen=%d, kvLen=%d",
                            b, queryLen(b), kvLen(b));
                }
            }
            int needed = treeStart(batch());
            if (bits.length < needed) {
                throw Checks.refusal(
                        "treeBits must have ceil(queryLen / 64) words for each query row: words=%d, needed=%d",
                        bits.length, needed);
            }
        }
        treeBits = bits;
    }

    /// Forgets every segment.
    void release() {
        query = key = value = keyScale = valueScale = output = logSumExp = sink = null;
        alibiSlopes = scores = null;
        treeBits = null;
        cancellation = null;
        mask.release();
        bias.release();
        blockMask.release();
        captured.release();
        diagnostics.release();
    }

    private static @Nullable Tensor takes(String name, @Nullable Tensor tensor, boolean wanted, String builderCall) {
        if (!wanted && tensor != null) {
            throw Checks.refusal("%s was given but the spec has none: build the spec with %s", name, builderCall);
        }
        return wanted ? Door.given(name, tensor) : null;
    }

    private void checkMemory() {
        shared = true;
        Door.writable("output", output());
        input("query", query());
        input("key", key());
        input("value", value());
        input("keyScale", keyScale);
        input("valueScale", valueScale);
        input("mask", mask.tensor());
        input("bias", bias.tensor());
        input("sink", sink);
        input("blockMask", blockMask.tensor());
        input("alibiSlopes", alibiSlopes);
        for (int n = 0; n < captured.count(); n++) {
            input(captured.name(n), captured.tensor(n));
        }
        shared &= Door.isShared(output()) && diagnostics.isShared();
        if (scores != null) {
            Door.writable("scores", scores);
            Door.apart("scores", scores, "output", output());
            shared &= Door.isShared(scores);
        }
        if (logSumExp != null) {
            Door.writable("logSumExp", logSumExp);
            Door.apart("logSumExp", logSumExp, "output", output());
            if (scores != null) {
                Door.apart("logSumExp", logSumExp, "scores", scores);
            }
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
        if (scores != null) {
            Door.apart("scores", scores, name, tensor);
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

    /// Bytes of query, key, value, their scales and output, each once.
    long bytes() {
        long bytes = 0;
        for (int b = 0; b < batch(); b++) {
            long q = (long) queryLen(b) * spec.queryHeads();
            long kv = (long) kvLen(b) * spec.kvHeads();
            bytes += q * spec.headDim() * spec.queryType().bytes();
            bytes += q * spec.valueDim() * spec.outputType().bytes();
            bytes += kv * (storedBytes(spec.headDim(), keyScale) + storedBytes(spec.valueDim(), valueScale));
        }
        return bytes;
    }

    private long storedBytes(int dim, @Nullable Tensor scale) {
        ElementType type = spec.kvType();
        long elements = (long) type.unitsOf(dim) * type.bytes();
        return scale == null
                ? elements
                : elements + (long) type.scalesOf(dim) * scale.type().bytes();
    }
}
