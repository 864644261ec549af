package heed.attention;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Checks on tensors that hold for every run of every backend. Messages are made only when a check fails: runs
/// allocate nothing.
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

    /// An argument that the spec wants or does not.
    ///
    /// @param builderCall what makes it want it
    static @Nullable Tensor taken(String name, @Nullable Tensor tensor, boolean wanted, String builderCall) {
        if (!wanted && tensor != null) {
            throw Checks.refusal("%s was given but the spec has none: build the spec with %s", name, builderCall);
        }
        return wanted ? given(name, tensor) : null;
    }

    static void shape(String name, Tensor tensor, String axes, int only) {
        if (tensor.rank() != 1 || tensor.size(0) != only) {
            throw wrongShape(name, tensor, axes, only);
        }
    }

    static void shape(String name, Tensor tensor, String axes, int first, int second) {
        if (tensor.rank() != 2 || tensor.size(0) != first || tensor.size(1) != second) {
            throw wrongShape(name, tensor, axes, first, second);
        }
    }

    static void shape(String name, Tensor tensor, String axes, int first, int second, int third) {
        if (tensor.rank() != 3 || tensor.size(0) != first || tensor.size(1) != second || tensor.size(2) != third) {
            throw wrongShape(name, tensor, axes, first, second, third);
        }
    }

    static void shape(String name, Tensor tensor, String axes, int first, int second, int third, int fourth) {
        if (tensor.rank() != 4
                || tensor.size(0) != first
                || tensor.size(1) != second
                || tensor.size(2) != third
                || tensor.size(3) != fourth) {
            throw wrongShape(name, tensor, axes, first, second, third, fourth);
        }
    }

    private static IllegalArgumentException wrongShape(String name, Tensor tensor, String axes, int... expected) {
        return Checks.refusal("%s must be %s = %s: %s=%s", name, axes, Arrays.toString(expected), name, tensor);
    }

    static void type(String name, Tensor tensor, ElementType expected) {
        if (tensor.type() != expected) {
            throw Checks.refusal("%s must have elements of type %s: %s=%s", name, expected, name, tensor);
        }
    }

    static void floating(String name, Tensor tensor) {
        if (!tensor.type().isFloating()) {
            throw Checks.refusal("%s must have elements of a floating-point type: %s=%s", name, name, tensor);
        }
    }

    static void readable(String name, Tensor tensor) {
        if (!tensor.segment().scope().isAlive()) {
            throw Checks.refusal("%s must be alive: its arena is closed, %s=%s", name, name, tensor);
        }
        if (!tensor.segment().isAccessibleBy(Thread.currentThread())) {
            throw Checks.refusal(
                    "%s must be accessible to the calling thread: its arena is confined to another, %s=%s",
                    name, name, tensor);
        }
    }

    static void writable(String name, Tensor tensor) {
        readable(name, tensor);
        if (tensor.segment().isReadOnly()) {
            throw Checks.refusal("%s must be writable: its segment is read-only, %s=%s", name, name, tensor);
        }
        if (tensor.overlapsItself()) {
            throw Checks.refusal(
                    "%s must not overlap itself: shape=%s, strides lead two elements to one byte", name, tensor);
        }
    }

    static void apart(String outName, Tensor out, String name, Tensor other) {
        if (overlap(out, other)) {
            throw Checks.refusal(
                    "%s must not overlap %s: give it memory of its own, %s=%s, %s=%s",
                    outName, name, outName, out, name, other);
        }
    }

    /// Whether helpers may touch the memory, too.
    static boolean isShared(Tensor tensor) {
        return tensor.segment().isAccessibleBy(ANOTHER);
    }

    private static boolean overlap(Tensor a, Tensor b) {
        if (a.isEmpty() || b.isEmpty() || !mayShareMemory(a, b)) {
            return false;
        }
        long from = a.segment().address();
        long other = b.segment().address();
        return from + a.lowest() < other + b.highest() && other + b.lowest() < from + a.highest();
    }

    /// Whether addresses of the two can be compared: those of heap segments count from the start of their array. A
    /// read-only segment does not give its array away; it then only tells whether a piece of it is shared.
    private static boolean mayShareMemory(Tensor a, Tensor b) {
        if (a.segment().isNative() || b.segment().isNative()) {
            return a.segment().isNative() && b.segment().isNative();
        }
        return a.array().isPresent() && b.array().isPresent()
                ? a.array().get() == b.array().get()
                : a.segment().asOverlappingSlice(b.segment()).isPresent();
    }
}
