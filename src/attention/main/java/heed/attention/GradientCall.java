package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The arguments of one gradient run, checked and resolved: what a backend sees. It belongs to a workspace of a
/// [CheckedGradientPlan]. What the forward run wrote is read alone.
public final class GradientCall {
    private final AttentionCall forward;
    private final BiasGradient bias = new BiasGradient();
    private final double[] sinks;
    private @Nullable Tensor output;
    private @Nullable Tensor logSumExp;
    private @Nullable Tensor query;
    private @Nullable Tensor key;
    private @Nullable Tensor value;
    private @Nullable Tensor sink;
    private final CallMemory memory = new CallMemory();

    GradientCall(AttentionCall forward) {
        this.forward = forward;
        sinks = new double[forward.spec().queryHeads()];
    }

    /// The forward run's arguments.
    public AttentionCall forward() {
        return forward;
    }

    /// Whether any thread may touch the tensors, those of the forward run among them.
    public boolean isShared() {
        return memory.isShared();
    }

    /// The most threads that may take part.
    public int threads() {
        return isShared() ? forward.threads() : 1;
    }

    /// Whether the gradient of the query is wanted.
    public boolean wantsQuery() {
        return query != null;
    }

    /// Whether that of the key is.
    public boolean wantsKey() {
        return key != null;
    }

    /// Whether that of the value is.
    public boolean wantsValue() {
        return value != null;
    }

    /// Whether that of the additive mask is.
    public boolean wantsBias() {
        return bias.isWanted();
    }

    /// Whether that of the sink logits is.
    public boolean wantsSink() {
        return sink != null;
    }

    /// Reads the cotangent of output row `i` of `head` in sequence `b`.
    public void readOutput(int b, int head, int i, double[] row) {
        Tensor tensor = given(output);
        StoredRows.read(tensor, forward.queryRowAt(tensor, b, head, i), tensor.stride(3), row);
    }

    /// The cotangent of the log-sum-exp of row `i` of `head` in sequence `b`.
    public double logSumExp(int b, int head, int i) {
        if (logSumExp == null) {
            return 0;
        }
        return logSumExp.type().read(logSumExp.segment(), forward.queryRowAt(logSumExp, b, head, i));
    }

    /// The cotangent of the output.
    public Tensor output() {
        return given(output);
    }

    /// The gradient of the query, if wanted.
    public Tensor query() {
        return given(query);
    }

    /// The gradient of the key, if wanted.
    public Tensor key() {
        return given(key);
    }

    /// The gradient of the value, if wanted.
    public Tensor value() {
        return given(value);
    }

    /// Adds to the gradient of the additive mask, in double; one thread at a time.
    public void addBias(int b, int head, int i, int j, double gradient) {
        bias.add(b, head, i, j, gradient);
    }

    /// Adds to the gradient of the sink logit of `head`, in double; one thread at a time.
    public void addSink(int head, double gradient) {
        sinks[head] += gradient;
    }

    /// Writes what was added up, each sum rounded once.
    void finish() {
        bias.finish();
        for (int h = 0; sink != null && h < sinks.length; h++) {
            sink.type().write(sink.segment(), sink.offset() + h * sink.stride(0), sinks[h]);
        }
    }

    private static Tensor given(@Nullable Tensor tensor) {
        return java.util.Objects.requireNonNull(tensor);
    }

    /// Checks both kinds of arguments and takes them in.
    void bind(AttentionArguments arguments, GradientArguments gradients) {
        forward.take(arguments);
        AttentionSpec spec = forward.spec();
        output = gradients.output;
        Checks.require(output != null, "the gradient of output must be given: call GradientArguments.output");
        logSumExp = gradients.logSumExp;
        query = gradients.query;
        key = gradients.key;
        value = gradients.value;
        sink = gradients.sink;
        Tensor biasGradient = gradients.bias;
        Checks.require(sink == null || spec.sink(), "the gradient of sink was given but the spec has none");
        Checks.require(
                biasGradient == null || forward.bias().tensor() != null,
                "the gradient of bias was given but the spec has no additive mask");
        memory.release();
        write("the gradient of query", query, forward.query());
        write("the gradient of key", key, forward.key());
        write("the gradient of value", value, forward.value());
        if (sink != null) {
            write("the gradient of sink", sink, forward.sink());
        }
        if (biasGradient != null) {
            write("the gradient of bias", biasGradient, given(forward.bias().tensor()));
        }
        forward.checkMemoryOfReader(memory);
        read("the gradient of output", output, forward.output());
        read("the gradient of logSumExp", logSumExp, forward.logSumExp());
        forward.checkCancelled();
        bias.bind(biasGradient, forward);
        Arrays.fill(sinks, 0);
    }

    private void read(String name, @Nullable Tensor cotangent, Tensor of) {
        if (cotangent != null) {
            checkShape(name, cotangent, of);
            memory.read(name, cotangent);
        }
    }

    private void write(String name, @Nullable Tensor gradient, Tensor of) {
        if (gradient != null) {
            checkShape(name, gradient, of);
            memory.write(name, gradient);
        }
    }

    private static void checkShape(String name, Tensor gradient, Tensor of) {
        if (!gradient.hasShapeOf(of)) {
            throw Checks.refusal(
                    "%s must have the shape of what it is of, %s: got %s", name, Arrays.toString(of.shape()), gradient);
        }
        Door.floating(name, gradient);
    }

    /// Forgets every segment.
    void release() {
        forward.release();
        output = logSumExp = query = key = value = sink = null;
        memory.release();
        bias.release();
    }
}
