package heed.attention;

import org.jspecify.annotations.Nullable;

/// The tensors and lengths of one run: set what changed, run, repeat.
///
/// Axes are logical; memory order is the tensors' strides.
///
/// | tensor                | shape                                      | needed                              |
/// |-----------------------|--------------------------------------------|-------------------------------------|
/// | [#query]              | `[batch, queryHeads, queryLen, headDim]`   | always                              |
/// | [#key]                | `[batch, kvHeads, kvLen, headDim]`         | always                              |
/// | [#value]              | `[batch, kvHeads, kvLen, valueDim]`        | always                              |
/// | [#output]             | `[batch, queryHeads, queryLen, valueDim]`  | always                              |
/// | [#logSumExp]          | `[batch, queryHeads, queryLen]`, f32 or f64| if the spec asks for it             |
/// | [#mask]               | right-aligned to `[batch, queryHeads, queryLen, kvLen]`, bool | [Mask.BooleanTensor] |
/// | [#bias]               | the same, f32 or f64                       | [Mask.AdditiveTensor]               |
/// | [#sink]               | `[queryHeads]`, f32 or f64                 | if the spec has a sink              |
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
    SequenceLengths lengths;

    @Nullable
    CallReport report;

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

    /// Merges the run's result into `partial`: its output and its log-sum-exp then speak of the keys it had seen and
    /// of this run's keys together.
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

    /// Lets at most `most` threads, the calling one included, take part in a run, and no more than the plan's
    /// [PlanOptions#threads], which is what they are if this is never called. No bit of the result depends on it.
    public AttentionArguments threads(int most) {
        threads = Checks.positive("threads", most);
        return this;
    }
}
