package heed.bench;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/// Repeatable operands: the same seed gives every contender the same numbers, uniform in [−1, 1).
final class Noise {
    private static final int ALIGNMENT = 64;

    private final Arena arena;
    private final SplittableRandom random;

    /// Noise in tensors that live as long as `arena`.
    Noise(Arena arena, long seed) {
        this.arena = arena;
        random = new SplittableRandom(seed);
    }

    /// A contiguous tensor.
    Tensor tensor(ElementType type, int... shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            bytes *= size;
        }
        MemorySegment segment = arena.allocate(bytes, ALIGNMENT);
        for (long at = 0; at < bytes; at += type.bytes()) {
            type.write(segment, at, random.nextDouble(-1, 1));
        }
        return Tensor.of(segment, type, shape);
    }

    /// An array on the heap, for microkernels.
    static float[] array(int length) {
        SplittableRandom random = new SplittableRandom(length);
        float[] array = new float[length];
        for (int n = 0; n < length; n++) {
            array[n] = (float) random.nextDouble(-1, 1);
        }
        return array;
    }
}
