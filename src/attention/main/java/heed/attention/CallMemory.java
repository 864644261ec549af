package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Whether the tensors of a call may be touched: alive, accessible, writable where written, what is written
/// apart from everything else. One belongs to each [AttentionCall], since a run makes no objects.
final class CallMemory {
    /// Output, scores, log-sum-exp and each diagnostic.
    private static final int MOST = 3 + ExtraOutput.values().length;

    private final String[] names = new String[MOST];
    private final @Nullable Tensor[] written = new Tensor[MOST];
    private int count;
    private boolean shared;

    /// Whether any thread may touch all of them.
    boolean isShared() {
        return shared;
    }

    /// Forgets them.
    void release() {
        Arrays.fill(written, null);
        count = 0;
        shared = true;
    }

    /// Checks a tensor that the run writes; all of them come before those that it reads.
    void write(String name, @Nullable Tensor tensor) {
        if (tensor == null) {
            return;
        }
        Door.writable(name, tensor);
        for (int n = 0; n < count; n++) {
            Door.apart(name, tensor, names[n], other(n));
        }
        names[count] = name;
        written[count++] = tensor;
        shared &= Door.isShared(tensor);
    }

    /// Checks a tensor that it reads.
    void read(String name, @Nullable Tensor tensor) {
        if (tensor == null) {
            return;
        }
        Door.readable(name, tensor);
        for (int n = 0; n < count; n++) {
            Door.apart(names[n], other(n), name, tensor);
        }
        shared &= Door.isShared(tensor);
    }

    private Tensor other(int n) {
        return java.util.Objects.requireNonNull(written[n]);
    }
}
