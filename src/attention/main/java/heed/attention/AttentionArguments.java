package heed.attention;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tensors and lengths of one run: set what changed, run, repeat.
///
/// Axes are logical; memory order is the tensors' strides.
///
/// | tensor         | shape                                          | type         | needed                        |
/// |----------------|------------------------------------------------|--------------|-------------------------------|
/// | [#query]       | `[batch, queryHeads, queryLen, headDim]`       | `queryType`  | always                        |
/// | [#key]         | `[batch, kvHeads, kvLen, headDim]`, or panels  | `kvType`     | always                        |
/// | [#value]       | `[batch, kvHeads, kvLen, valueDim]`            | `kvType`     | always                        |
/// | [#keyScale]    | INT8: `[batch, kvHeads, kvLen]`                | floating     | if `kvType` is quantised      |
/// |                | INT4: `[batch, kvHeads, kvLen, headDim / 32]`  |              |                               |
/// | [#valueScale]  | the same with `valueDim`                       | floating     | if `kvType` is quantised      |
/// | [#output]      | `[batch, queryHeads, queryLen, valueDim]`      | `outputType` | always                        |
/// | [#logSumExp]   | `[batch, queryHeads, queryLen]`                | floating     | if the spec asks for it       |
/// | [#mask]        | to `[batch, queryHeads, queryLen, kvLen]`      | BOOL         | [Mask.BooleanTensor]          |
/// | [#bias]        | to `[batch, queryHeads, queryLen, kvLen]`      | floating     | [Mask.AdditiveTensor]         |
/// | [#blockMask]   | to `[batch, queryHeads, queryBlocks, keyBlocks]` | BOOL       | [Mask.BlockTensor]            |
/// | [#alibiSlopes] | `[queryHeads]`                                 | floating     | [Mask.Alibi]                  |
/// | [#sink]        | `[queryHeads]`                                 | floating     | if the spec has a sink        |
/// | [#scores]      | `[batch, queryHeads, queryLen, kvLen]`         | floating     | if the spec has a scoreStage  |
///
/// Panels are drawn at [KeyLayout.Panels]. Rows of [ElementType#INT4] are half as many bytes. Masks are
/// right-aligned to their shape and broadcast where a size is 1. With pages ([#pageTable]), `batch, kvHeads,
/// kvLen` of key, value and their scales are `pages, kvHeads, pageLen`.
///
/// Output tensors may not overlap an input, each other or themselves. Elements outside the lengths are left as
/// they are. Not safe for use by several threads at once: give each its own.
public final class AttentionArguments {
    @Nullable
    Tensor query;

    @Nullable
    Tensor key;

    @Nullable
    Tensor value;

    @Nullable
    Tensor keyScale;

    @Nullable
    Tensor valueScale;

    @Nullable
    Tensor output;

    @Nullable
    Tensor logSumExp;

    @Nullable
    Tensor mask;

    @Nullable
    Tensor bias;

    @Nullable
    Tensor sink;

    @Nullable
    Tensor blockMask;

    @Nullable
    Tensor alibiSlopes;

    @Nullable
    Tensor scores;

    final Map<String, Tensor> captured = new LinkedHashMap<>();

    @Nullable
    Diagnostics diagnostics;

    long @Nullable [] treeBits;

    @Nullable
    PageTable pageTable;

    @Nullable
    SequenceLengths lengths;

    @Nullable
    CallReport report;

    @Nullable
    Cancellation cancellation;

    boolean accumulate;

    int threads = Integer.MAX_VALUE;

    /// No argument yet.
    public AttentionArguments() {}

    /// Sets the query.
    public AttentionArguments query(Tensor tensor) {
        query = tensor;
        return this;
    }

    /// Sets the key.
    public AttentionArguments key(Tensor tensor) {
        key = tensor;
        return this;
    }

    /// Sets the value.
    public AttentionArguments value(Tensor tensor) {
        value = tensor;
        return this;
    }

    /// Sets the scales of quantised keys: a stored integer `q` is worth `scale · q`.
    public AttentionArguments keyScale(Tensor tensor) {
        keyScale = tensor;
        return this;
    }

    /// Sets the scales of quantised values.
    public AttentionArguments valueScale(Tensor tensor) {
        valueScale = tensor;
        return this;
    }

    /// Sets where the output goes, overwriting what is there.
    public AttentionArguments output(Tensor tensor) {
        output = tensor;
        accumulate = false;
        return this;
    }

    /// Sets where the log-sum-exp goes.
    public AttentionArguments logSumExp(Tensor tensor) {
        logSumExp = tensor;
        return this;
    }

    /// Merges the run's result into `partial`: its output and its log-sum-exp then speak of the keys it had seen
    /// and of this run's keys together.
    public AttentionArguments accumulateInto(PartialOutput partial) {
        output = partial.output();
        logSumExp = partial.logSumExp();
        accumulate = true;
        return this;
    }

    /// Sets the boolean mask.
    public AttentionArguments mask(Tensor tensor) {
        mask = tensor;
        return this;
    }

    /// Sets the additive mask.
    public AttentionArguments bias(Tensor tensor) {
        bias = tensor;
        return this;
    }

    /// Sets the sink logits.
    public AttentionArguments sink(Tensor tensor) {
        sink = tensor;
        return this;
    }

    /// Sets which blocks are seen.
    public AttentionArguments blockMask(Tensor tensor) {
        blockMask = tensor;
        return this;
    }

    /// Sets the slope of each query head.
    public AttentionArguments alibiSlopes(Tensor tensor) {
        alibiSlopes = tensor;
        return this;
    }

    /// Sets where the scores of [AttentionSpec#scoreStage] go.
    public AttentionArguments scores(Tensor tensor) {
        scores = tensor;
        return this;
    }

    /// Sets where the diagnostics go that the spec asks for.
    public AttentionArguments diagnostics(Diagnostics targets) {
        diagnostics = targets;
        return this;
    }

    /// Sets the tensor that expressions call `name`, see [ScoreExpression#captured].
    public AttentionArguments captured(String name, Tensor tensor) {
        captured.put(name, tensor);
        return this;
    }

    /// Sets the bits of [Mask.Tree]: for each query row `ceil(queryLen / 64)` words of its sequence, lowest bit
    /// first, rows and sequences one after the other. The array is the caller's and is read during runs.
    public AttentionArguments treeBits(long... bits) {
        treeBits = bits;
        return this;
    }

    /// Sets which pages hold the keys and values of each sequence.
    public AttentionArguments pageTable(PageTable table) {
        pageTable = table;
        return this;
    }

    /// Sets lengths that the tensors' sizes do not tell.
    public AttentionArguments lengths(SequenceLengths given) {
        lengths = given;
        return this;
    }

    /// Sets the report that the run fills in.
    public AttentionArguments report(CallReport target) {
        report = target;
        return this;
    }

    /// Sets what may end the run early.
    public AttentionArguments cancellation(Cancellation by) {
        cancellation = by;
        return this;
    }

    /// Lets at most `most` threads, the calling one included, take part in a run, and no more than the plan's
    /// [PlanOptions#threads], which is what they are if this is never called. No bit of the result depends on it.
    public AttentionArguments threads(int most) {
        threads = Checks.positive("threads", most);
        return this;
    }
}
