package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The diagnostics of one run, checked: where backends write them. One belongs to each [AttentionCall].
public final class DiagnosticCall {
    private static final ExtraOutput[] ALL = ExtraOutput.values();

    private final AttentionCall call;
    private final AttentionSpec spec;
    private final boolean[] wanted = new boolean[ALL.length];
    private final @Nullable Tensor[] tensors = new Tensor[ALL.length];

    DiagnosticCall(AttentionCall call) {
        this.call = call;
        spec = call.spec();
        for (ExtraOutput output : ALL) {
            wanted[output.ordinal()] =
                    output != ExtraOutput.LOG_SUM_EXP && spec.extraOutputs().contains(output);
        }
    }

    /// Whether the run wants `output`.
    public boolean wants(ExtraOutput output) {
        return wanted[output.ordinal()];
    }

    /// Writes that of row `i` of `head` in sequence `b`.
    public void writeRow(ExtraOutput output, int b, int head, int i, double value) {
        Tensor tensor = tensor(output);
        tensor.type().write(tensor.segment(), call.queryRowAt(tensor, b, head, i), value);
    }

    /// Writes the mass of key `j` of sequence `b` for `head`.
    public void writeColumn(int b, int head, int j, double mass) {
        Tensor tensor = tensor(ExtraOutput.COLUMN_MASS);
        long at = tensor.offset() + b * tensor.stride(0) + head * tensor.stride(1) + j * tensor.stride(2);
        tensor.type().write(tensor.segment(), at, mass);
    }

    private Tensor tensor(ExtraOutput output) {
        return java.util.Objects.requireNonNull(tensors[output.ordinal()]);
    }

    /// Checks what is given against the spec and the call's other tensors.
    void bind(@Nullable Diagnostics given) {
        for (int n = 0; n < ALL.length; n++) {
            Tensor tensor = given == null ? null : given.get(ALL[n]);
            if (wanted[n] != (tensor != null)) {
                throw Checks.refusal(
                        "diagnostics go with a spec that asks for them: extra output %s is %s, its tensor %s",
                        ALL[n], wanted[n] ? "asked for" : "not asked for", tensor == null ? "missing" : "given");
            }
            if (tensor != null) {
                check(ALL[n], tensor);
            }
            tensors[n] = tensor;
        }
    }

    private void check(ExtraOutput output, Tensor tensor) {
        String name = output.name();
        if (call.accumulates()) {
            throw Checks.refusal("diagnostics speak of all keys, so a run that accumulates has none: %s given", name);
        }
        if (output == ExtraOutput.COLUMN_MASS) {
            checkColumns(tensor);
        } else {
            Tensor query = call.query();
            Door.shape(name, tensor, "[batch, queryHeads, queryLen]", query.size(0), query.size(1), query.size(2));
        }
        Door.floating(name, tensor);
    }

    /// Checks the memory of each.
    void checkMemory(CallMemory memory) {
        for (int n = 0; n < ALL.length; n++) {
            memory.write(ALL[n].name(), tensors[n]);
        }
    }

    private void checkColumns(Tensor tensor) {
        int longest = 0;
        for (int b = 0; b < call.batch(); b++) {
            longest = Math.max(longest, call.kvLen(b));
        }
        if (tensor.rank() != 3
                || tensor.size(0) != call.batch()
                || tensor.size(1) != spec.queryHeads()
                || tensor.size(2) < longest) {
            throw Checks.refusal(
                    "COLUMN_MASS must be [batch, queryHeads, kvLen] = [%d, %d, at least %d]: got %s",
                    call.batch(), spec.queryHeads(), longest, tensor);
        }
    }

    /// Forgets every segment.
    void release() {
        Arrays.fill(tensors, null);
    }
}
