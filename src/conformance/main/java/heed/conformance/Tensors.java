package heed.conformance;

import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.ElementType;
import heed.attention.PartialOutput;
import heed.attention.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/// Tensors for tests: made, filled, copied and compared bit by bit.
final class Tensors {
    private Tensors() {}

    static Tensor zeros(ElementType type, int... shape) {
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return Tensor.of(Placement.Memory.HEAP.allocate(type, count), type, shape);
    }

    static Tensor filled(double value, ElementType type, int... shape) {
        Tensor tensor = zeros(type, shape);
        fill(tensor, value);
        return tensor;
    }

    /// Elements drawn from a normal distribution of standard deviation `spread`.
    static Tensor normal(Random random, double spread, ElementType type, int... shape) {
        return drawn(() -> spread * random.nextGaussian(), type, shape);
    }

    static Tensor drawn(DoubleSupplier values, ElementType type, int... shape) {
        Tensor tensor = zeros(type, shape);
        forEach(shape, index -> tensor.set(values.getAsDouble(), index));
        return tensor;
    }

    static void fill(Tensor tensor, double value) {
        forEach(tensor.shape(), index -> tensor.set(value, index));
    }

    /// A contiguous copy on the heap.
    static Tensor copy(Tensor source) {
        return as(source.type(), source);
    }

    /// As [#copy], rounded to `type`.
    static Tensor as(ElementType type, Tensor source) {
        Tensor copy = zeros(type, source.shape());
        forEach(source.shape(), index -> copy.set(source.get(index), index));
        return copy;
    }

    /// Calls `action` with every index of `shape`, last axis fastest; the array is reused.
    static void forEach(int[] shape, Consumer<int[]> action) {
        if (Arrays.stream(shape).allMatch(size -> size > 0)) {
            forEach(shape, new int[shape.length], 0, action);
        }
    }

    private static void forEach(int[] shape, int[] index, int axis, Consumer<int[]> action) {
        if (axis == shape.length) {
            action.accept(index);
            return;
        }
        for (int n = 0; n < shape[axis]; n++) {
            index[axis] = n;
            forEach(shape, index, axis + 1, action);
        }
    }

    /// Fails unless all elements have the same bits; any NaN equals any other.
    static void assertSameBits(Tensor expected, Tensor actual, String what) {
        forEach(expected.shape(), index -> {
            if (Double.doubleToLongBits(expected.get(index)) != Double.doubleToLongBits(actual.get(index))) {
                fail("%s: bits differ at %s: %s, then %s"
                        .formatted(what, Arrays.toString(index), expected.get(index), actual.get(index)));
            }
        });
    }

    static void assertSameBits(PartialOutput expected, PartialOutput actual, String what) {
        assertSameBits(expected.logSumExp(), actual.logSumExp(), what + ", logSumExp");
        assertSameBits(expected.output(), actual.output(), what + ", output");
    }
}
