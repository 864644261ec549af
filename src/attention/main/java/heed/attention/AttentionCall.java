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
    private final CallMemory memory = new CallMemory();
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
    private @Nullable Tensor scores;
    private final PairScores pairs;
    private final List<Mask> maskParts;
    private final CapturedTensors captured;
    private final DiagnosticCall diagnostics;
    private @Nullable Cancellation cancellation;
    private final MaskTensors masks;

    AttentionCall(AttentionSpec spec, AttentionSizes sizes) {
        this.spec = spec;
        sequences = new Sequences(spec, sizes);
        shapes = new Shapes(this, spec);
        pairs = new PairScores(this, spec);
        maskParts = spec.mask().parts();
        captured = new CapturedTensors(spec);
        diagnostics = new DiagnosticCall(this);
        masks = new MaskTensors(this, sizes);
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

    /// The sequences, resolved.
    Sequences sequences() {
        return sequences;
    }

    /// Whether any thread may touch the tensors; if not, only the calling one.
    public boolean isShared() {
        return memory.isShared();
    }

    /// The most threads that may take part, the calling one included: what the caller allows, and 1 if the
    /// memory is the calling thread's alone. What the plan has bounds it further.
    public int threads() {
        return isShared() ? threads : 1;
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
        return masks.mask();
    }

    /// The rows of the additive mask, if the spec has one.
    public MaskRows bias() {
        return masks.bias();
    }

    /// The rows of the block mask, if the spec has one: a row for each block of queries, a column for each of
    /// keys.
    public MaskRows blockMask() {
        return masks.blocks();
    }

    /// The slope of query head `head`, if the spec has [Mask.Alibi].
    public double alibiSlope(int head) {
        return masks.alibiSlope(head);
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

    /// Whether row `i` of sequence `b` sees key `j`, by the bits of [Mask.Tree].
    public boolean treeSees(int b, int i, int j) {
        return masks.tree().sees(b, i, j);
    }

    /// What the softmax is given for row `i` of `head` and key `j` of sequence `b`, `scaled` being `scale · q ·
    /// k`: by definition and in double; −∞ if the key is hidden.
    ///
    /// @throws ScoreExpressionException if the spec's score expression makes NaN of a number
    public double score(int b, int head, int i, int j, double scaled) {
        return pairs.of(b, head, i, j, scaled);
    }

    /// The scores of single pairs, by definition.
    public PairScores pairs() {
        return pairs;
    }

    /// The sink tensor, if the spec has a sink.
    Tensor sink() {
        return Objects.requireNonNull(sink);
    }

    /// The sink logit of `head`, −∞ without sinks.
    public double sinkLogit(int head) {
        return sink == null ? Double.NEGATIVE_INFINITY : StoredRows.element(sink, head);
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

    /// What the run tells besides the output.
    public DiagnosticCall diagnostics() {
        return diagnostics;
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

    /// Checks `arguments` and takes them in, for a run that writes its outputs.
    void bind(AttentionArguments arguments) {
        take(arguments);
        memory.release();
        memory.write("output", output());
        memory.write("scores", scores);
        memory.write("logSumExp", logSumExp);
        diagnostics.checkMemory(memory);
        checkReads(memory);
        checkCancelled();
    }

    /// Checks the memory for a run that reads what the forward run wrote, against what `written` knows to be
    /// written.
    void checkMemoryOfReader(CallMemory written) {
        memory.release();
        checkReads(written);
        written.read("output", output());
        written.read("logSumExp", logSumExp());
    }

    /// Checks all but the memory and takes it in.
    void take(AttentionArguments arguments) {
        boolean quantised = spec.kvType().isQuantised();
        query = Door.given("query", arguments.query);
        key = Door.given("key", arguments.key);
        value = Door.given("value", arguments.value);
        keyScale = Door.taken("keyScale", arguments.keyScale, quantised, "a quantised kvType");
        valueScale = Door.taken("valueScale", arguments.valueScale, quantised, "a quantised kvType");
        output = Door.given("output", arguments.output);
        logSumExp = Door.taken(
                "logSumExp", arguments.logSumExp, spec.hasLogSumExp() || arguments.accumulate, "logSumExp()");
        sink = Door.taken("sink", arguments.sink, spec.sink(), "sink()");
        scores = Door.taken("scores", arguments.scores, spec.scoreStage().isPresent(), "scoreStage(…)");
        accumulate = arguments.accumulate;
        Tensor keyRows = Shapes.keyRows(spec.keyLayout(), key(), value());
        sequences.bind(Shapes.queryRows(query()), keyRows, arguments.lengths, arguments.pageTable);
        shapes.check(sequences.queryBatch(), sequences.keyBatch());
        threads = arguments.threads;
        masks.bind(arguments);
        captured.bind(arguments.captured);
        diagnostics.bind(arguments.diagnostics);
        cancellation = arguments.cancellation;
    }

    /// Ends the run if it is to end early: backends call it between tiles.
    ///
    /// @throws CancelledRunException if so
    public void checkCancelled() {
        if (cancellation != null) {
            cancellation.check();
        }
    }

    /// Forgets every segment.
    void release() {
        query = key = value = keyScale = valueScale = output = logSumExp = sink = scores = null;
        memory.release();
        cancellation = null;
        masks.release();
        captured.release();
        diagnostics.release();
    }

    private void checkReads(CallMemory memory) {
        memory.read("query", query());
        memory.read("key", key());
        memory.read("value", value());
        memory.read("keyScale", keyScale);
        memory.read("valueScale", valueScale);
        memory.read("sink", sink);
        masks.checkReads(memory);
        for (int n = 0; n < captured.count(); n++) {
            memory.read(captured.name(n), captured.tensor(n));
        }
    }
}
