package heed.attention;

import static heed.attention.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

final class TensorTest {
    private static final MemorySegment FLOATS = MemorySegment.ofArray(new float[24]);

    private static Tensor strided(long offset, int[] shape, long... strides) {
        return Tensor.strided(FLOATS, ElementType.F32, offset, shape, strides);
    }

    @Test
    void boundsAreExact() {
        assertEquals(24, strided(0, new int[] {24}, 4).size(0));
        assertEquals(6, strided(4 * 23, new int[] {6}, -16).size(0));
        assertRefused(
                "a tensor must lie within its segment: bytes [4, 100), segment=96 bytes, shape=[24]",
                () -> strided(4, new int[] {24}, 4));
        assertRefused(
                "a tensor must lie within its segment: bytes [-4, 92), segment=96 bytes, shape=[24]",
                () -> strided(88, new int[] {24}, -4));
        assertRefused("sizes must not be negative: shape=[-1]", () -> strided(0, new int[] {-1}, 4));
        assertRefused(
                "a tensor needs a stride for each axis: axes=1, strides=2", () -> strided(0, new int[] {2}, 4, 4));
    }

    @Test
    void extentsThatOverflowAreRefused() {
        assertRefused(
                "a tensor must lie within its segment: shape=[3, 3], strides=[4611686018427387904, 4] reach past 2^63 bytes",
                () -> strided(0, new int[] {3, 3}, 1L << 62, 4));
        assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.of(FLOATS, ElementType.F32, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 16));
        assertThrows(
                IllegalArgumentException.class, () -> Tensor.of(FLOATS, ElementType.F32, 65536, 65536, 65536, 65536));
    }

    @Test
    void anEmptyTensorNeedsNoMemory() {
        assertTrue(Tensor.of(MemorySegment.ofArray(new float[0]), ElementType.F32, 5, 0, 7)
                .isEmpty());
    }

    @Test
    void alignmentIsChecked() {
        assertRefused("offset must be a multiple of 4 bytes: offset=2", () -> strided(2, new int[] {1}, 4));
        assertRefused("strides must be multiples of 4 bytes: strides=[6]", () -> strided(0, new int[] {2}, 6));
        assertThrows(
                IllegalArgumentException.class,
                () -> Tensor.of(MemorySegment.ofArray(new byte[8]), ElementType.F32, 2));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment odd = arena.allocate(12, 8).asSlice(2, 8);
            assertThrows(IllegalArgumentException.class, () -> Tensor.of(odd, ElementType.F32, 2));
        }
    }

    @Test
    void permuteAndSliceAreViews() {
        Tensor whole = Tensor.of(FLOATS, ElementType.F32, 2, 3, 4);
        Tensor part = whole.permute(2, 0, 1).slice(0, 1, 3).slice(2, 2, 3);
        assertArrayEquals(new int[] {2, 2, 1}, part.shape());
        part.set(7, 1, 1, 0);
        assertEquals(7, whole.get(1, 2, 2));
        assertThrows(IllegalArgumentException.class, () -> whole.permute(0, 1));
        assertThrows(IllegalArgumentException.class, () -> whole.permute(0, 1, 1));
        assertRefused("slice needs 0 ≤ from ≤ to ≤ 3: from=2, to=4", () -> whole.slice(1, 2, 4));
    }

    @Test
    void everyAxisNeedsAnIndexInRange() {
        Tensor tensor = Tensor.of(FLOATS, ElementType.F32, 4, 6);
        assertThrows(IndexOutOfBoundsException.class, () -> tensor.get(0, 6));
        assertRefused("an element needs an index for each of 2 axes: index=[3]", () -> tensor.get(3));
    }

    @Test
    void selfOverlap() {
        assertFalse(strided(0, new int[] {2, 3}, 12, 4).overlapsItself());
        assertFalse(strided(0, new int[] {2, 3}, 4, 8).overlapsItself());
        assertFalse(strided(20, new int[] {6}, -4).overlapsItself());
        assertFalse(strided(0, new int[] {1, 3}, 0, 4).overlapsItself());
        assertTrue(strided(0, new int[] {2, 3}, 0, 4).overlapsItself());
        assertTrue(strided(0, new int[] {2, 3}, 4, 4).overlapsItself());
        assertTrue(strided(8, new int[] {2, 3}, -8, 4).overlapsItself());
    }

    @Test
    void elementsRoundToTheirType() {
        Tensor floats = Tensor.of(new float[1], 1);
        floats.set(0.1, 0);
        assertEquals((float) 0.1, floats.get(0));
        Tensor booleans = Tensor.of(MemorySegment.ofArray(new byte[] {0, -3}), ElementType.BOOL, 2);
        assertEquals(0, booleans.get(0));
        assertEquals(1, booleans.get(1));
    }

    @Test
    void theCallersArraysAreNotKept() {
        int[] shape = {2, 3};
        long[] strides = {12, 4};
        Tensor tensor = strided(0, shape, strides);
        shape[0] = 99;
        strides[0] = 1 << 20;
        assertEquals(2, tensor.size(0));
        assertEquals(12, tensor.stride(0));
    }
}
