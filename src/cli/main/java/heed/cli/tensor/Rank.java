package heed.cli.tensor;

import heed.attention.Tensor;
import heed.cli.input.InputException;
import java.util.Arrays;

/// Files may leave out the batch, and then the heads: `[B, H, S, D]`, `[H, S, D]`, `[S, D]`.
public final class Rank {
    /// Axes of a query, a key or a value.
    public static final int FULL = 4;

    private static final int LEAST = 2;

    private Rank() {}

    /// `tensor` with axes of size 1 put before its own.
    ///
    /// @throws InputException if it has fewer than two axes or more than four
    public static Tensor full(String option, Tensor tensor) {
        if (tensor.rank() < LEAST || tensor.rank() > FULL) {
            throw new InputException(
                    "%s must be [batch, heads, len, dim], [heads, len, dim] or [len, dim]: %s=%s",
                    option, option, tensor);
        }
        return padded(tensor, FULL);
    }

    /// `tensor` with axes of size 1 put before its own until it has `rank`; itself if it has no fewer.
    public static Tensor padded(Tensor tensor, int rank) {
        int added = Math.max(0, rank - tensor.rank());
        int[] shape = new int[added + tensor.rank()];
        long[] strides = new long[shape.length];
        Arrays.fill(shape, 0, added, 1);
        for (int axis = 0; axis < tensor.rank(); axis++) {
            shape[added + axis] = tensor.size(axis);
            strides[added + axis] = tensor.stride(axis);
        }
        return Tensor.strided(tensor.segment(), tensor.type(), tensor.offset(), shape, strides);
    }

    /// `tensor` without its first `count` axes, which have size 1.
    public static Tensor drop(Tensor tensor, int count) {
        int[] shape = tensor.shape();
        long[] strides = new long[shape.length];
        Arrays.setAll(strides, tensor::stride);
        return Tensor.strided(
                tensor.segment(),
                tensor.type(),
                tensor.offset(),
                Arrays.copyOfRange(shape, count, shape.length),
                Arrays.copyOfRange(strides, count, shape.length));
    }
}
