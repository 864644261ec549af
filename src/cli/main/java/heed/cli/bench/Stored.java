package heed.cli.bench;

import heed.attention.Tensor;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Keys or values as they are stored.
///
/// @param elements of any type
/// @param scale what a quantised type comes with
public record Stored(Tensor elements, Optional<Tensor> scale) {
    /// `change` done to both.
    public Stored each(UnaryOperator<Tensor> change) {
        return new Stored(change.apply(elements), scale.map(change));
    }

    /// Rows `from` to `to` of each head.
    public Stored slice(int from, int to) {
        return each(tensor -> tensor.slice(2, from, to));
    }

    /// The same `times` times over, as sequences of a batch, by a stride of 0.
    public Stored repeated(int times) {
        return each(tensor -> repeated(tensor, times));
    }

    private static Tensor repeated(Tensor tensor, int times) {
        int[] shape = tensor.shape();
        long[] strides = new long[shape.length];
        for (int axis = 1; axis < shape.length; axis++) {
            strides[axis] = tensor.stride(axis);
        }
        shape[0] = times;
        return Tensor.strided(tensor.segment(), tensor.type(), tensor.offset(), shape, strides);
    }
}
