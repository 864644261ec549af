package heed.attention;

import static heed.attention.Checks.require;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Checks on tensors that hold for every run of every backend.
final class Door {
    /// Never started: a segment that it may access is not confined.
    private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

    private Door() {}

    static Tensor given(String name, @Nullable Tensor tensor) {
        if (tensor == null) {
            throw Checks.refusal("%s must be given: call AttentionArguments.%s", name, name);
        }
        return tensor;
    }

    static void shape(String name, Tensor tensor, String axes, int... expected) {
        boolean equal = tensor.rank() == expected.length;
        for (int axis = 0; equal && axis < expected.length; axis++) {
            equal = tensor.size(axis) == expected[axis];
        }
        require(equal, "%s must be %s = %s: %s=%s", name, axes, Arrays.toString(expected), name, tensor);
    }

    static void type(String name, Tensor tensor, ElementType expected) {
        require(tensor.type() == expected, "%s must have elements of type %s: %s=%s", name, expected, name, tensor);
    }

    static void floating(String name, Tensor tensor) {
        require(tensor.type().isFloating(), "%s must have elements of type F32 or F64: %s=%s", name, name, tensor);
    }

    static void readable(String name, Tensor tensor) {
        require(tensor.segment().scope().isAlive(), "%s must be alive: its arena is closed, %s=%s", name, name, tensor);
        require(
                tensor.segment().isAccessibleBy(Thread.currentThread()),
                "%s must be accessible to the calling thread: its arena is confined to another, %s=%s",
                name,
                name,
                tensor);
    }

    static void writable(String name, Tensor tensor) {
        readable(name, tensor);
        require(
                !tensor.segment().isReadOnly(),
                "%s must be writable: its segment is read-only, %s=%s",
                name,
                name,
                tensor);
        require(
                !tensor.overlapsItself(),
                "%s must not overlap itself: shape=%s, strides lead two elements to one byte",
                name,
                tensor);
    }

    static void apart(String outName, Tensor out, String name, Tensor other) {
        require(
                !overlap(out, other),
                "%s must not overlap %s: give it memory of its own, %s=%s, %s=%s",
                outName,
                name,
                outName,
                out,
                name,
                other);
    }

    /// Whether helpers may touch the memory, too.
    static boolean isShared(Tensor tensor) {
        return tensor.segment().isAccessibleBy(ANOTHER);
    }

    private static boolean overlap(Tensor a, Tensor b) {
        if (a.isEmpty() || b.isEmpty() || a.segment().isNative() != b.segment().isNative()) {
            return false;
        }
        if (a.segment().isNative()) {
            long from = a.segment().address();
            long other = b.segment().address();
            return from + a.lowest() < other + b.highest() && other + b.lowest() < from + a.highest();
        }
        return part(a).asOverlappingSlice(part(b)).isPresent();
    }

    private static java.lang.foreign.MemorySegment part(Tensor tensor) {
        return tensor.segment().asSlice(tensor.lowest(), tensor.highest() - tensor.lowest());
    }
}
