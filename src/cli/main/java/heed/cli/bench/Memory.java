package heed.cli.bench;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/// Tensors off the heap that live until it is closed.
final class Memory implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final Arena arena = Arena.ofShared();

    /// A contiguous tensor of zeros.
    Tensor tensor(ElementType type, int... sizes) {
        long bytes = type.bytes();
        for (int size : sizes) {
            bytes *= size;
        }
        return Tensor.of(arena.allocate(bytes, ALIGNMENT), type, sizes);
    }

    /// A copy of `tensor`, which is all of its segment, moved on by `turn` of `parts` equal parts: what was at the
    /// beginning of that part is at the beginning of the copy, and what was before it at the end.
    Tensor moved(Tensor tensor, int turn, int parts) {
        MemorySegment from = tensor.segment();
        MemorySegment to = arena.allocate(from.byteSize(), ALIGNMENT);
        long split = from.byteSize() / parts * (turn % parts);
        long rest = from.byteSize() - split;
        MemorySegment.copy(from, split, to, 0, rest);
        MemorySegment.copy(from, 0, to, rest, split);
        long[] strides =
                IntStream.range(0, tensor.rank()).mapToLong(tensor::stride).toArray();
        return Tensor.strided(to, tensor.type(), tensor.offset(), tensor.shape(), strides);
    }

    @Override
    public void close() {
        arena.close();
    }
}
