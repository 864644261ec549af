package heed.cli.tensor;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.cli.input.InputException;
import java.lang.foreign.Arena;
import java.util.Arrays;

/// Makes tensors of zeros that live as long as an arena.
public record Room(Arena arena) {
    private static final int ALIGNMENT = 64;

    /// A contiguous one.
    ///
    /// @throws InputException if no memory can hold so many elements
    public Tensor of(ElementType type, int... shape) {
        try {
            long bytes = type.bytes();
            for (int size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            return Tensor.of(arena.allocate(bytes, ALIGNMENT), type, shape);
        } catch (ArithmeticException overflow) {
            throw new InputException(
                    overflow, "a tensor must have fewer than 2^63 bytes: %s%s", type, Arrays.toString(shape));
        }
    }
}
