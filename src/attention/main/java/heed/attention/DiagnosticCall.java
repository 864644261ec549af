package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The diagnostics of one run, checked. One belongs to each [AttentionCall].
final class DiagnosticCall {
    private static final ExtraOutput[] ALL = ExtraOutput.values();

    private final AttentionSpec spec;
    private final boolean[] wanted = new boolean[ALL.length];
    private final @Nullable Tensor[] tensors = new Tensor[ALL.length];
    private boolean shared;

    DiagnosticCall(AttentionSpec spec) {
        this.spec = spec;
        for (ExtraOutput output : ALL) {
            wanted[output.ordinal()] =
                    output != ExtraOutput.LOG_SUM_EXP && spec.extraOutputs().contains(output);
        }
    }

    boolean isShared() {
        return shared;
    }

    boolean wants(ExtraOutput output) {
        return wanted[output.ordinal()];
    }

    Tensor tensor(ExtraOutput output) {
        return java.util.Objects.requireNonNull(tensors[output.ordinal()]);
    }

    /// Checks what is given against the spec and the call's other tensors.
    void bind(AttentionCall call, @Nullable Diagnostics given) {
        shared = true;
        for (int n = 0; n < ALL.length; n++) {
            Tensor tensor = given == null ? null : given.get(ALL[n]);
            if (wanted[n] != (tensor != null)) {
                throw Checks.refusal(
                        "diagnostics go with a spec that asks for them: extra output %s is %s, its tensor %s",
                        ALL[n], wanted[n] ? "asked for" : "not asked for", tensor == null ? "missing" : "given");
            }
            if (tensor != null) {
                check(call, ALL[n], tensor);
            }
            tensors[n] = tensor;
        }
    }

    private void check(AttentionCall call, ExtraOutput output, Tensor tensor) {
        String name = output.name();
        if (call.accumulates()) {
            throw Checks.refusal("diagnostics speak of all keys, so a run that accumulates has none: %s given", name);
        }
        if (output == ExtraOutput.COLUMN_MASS) {
            checkColumns(call, tensor);
        } else {
            int[] rows = Arrays.copyOf(call.query().shape(), 3);
            if (!Arrays.equals(tensor.shape(), rows)) {
                throw Checks.refusal(
                        "%s must be [batch, queryHeads, queryLen] = %s: got %s", name, Arrays.toString(rows), tensor);
            }
        }
        Door.floating(name, tensor);
        Door.writable(name, tensor);
        Door.apart(name, tensor, "output", call.output());
        Door.apart(name, tensor, "query", call.query());
        Door.apart(name, tensor, "key", call.key());
        Door.apart(name, tensor, "value", call.value());
        for (Tensor other : tensors) {
            if (other != null && other != tensor) {
                Door.apart(name, tensor, "another diagnostic", other);
            }
        }
        shared &= Door.isShared(tensor);
    }

    private void checkColumns(AttentionCall call, Tensor tensor) {
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
