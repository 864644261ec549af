package heed.kernels.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.kernels.ForcedWidth;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.StoredType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows of every stored type, of either memory and any strides, bit by bit: NaN keep their payloads.
@ExtendWith(ForcedWidth.class)
final class DirectOperandTest {
    private static final int ROWS = 7;
    private static final int DIM = 8;

    /// Where a tensor's rows lie, in elements.
    private record Layout(String name, int offset, int rowStride, int elementStride) {
        Tensor tensor(MemorySegment segment, StoredType type) {
            long bytes = type.bytes();
            int[] shape = {1, 1, ROWS, DIM};
            long[] strides = {0, 0, rowStride * bytes, elementStride * bytes};
            return Tensor.strided(segment, element(type), offset * bytes, shape, strides);
        }
    }

    private static final Layout[] LAYOUTS = {
        new Layout("contiguous", 0, DIM, 1),
        new Layout("at an offset", 13, DIM, 1),
        new Layout("gaps between rows", 5, DIM + 3, 1),
        new Layout("last row first", ROWS * DIM, -DIM, 1),
        new Layout("one row for all", 3, 0, 1),
        new Layout("rows that overlap", 1, DIM - 3, 1),
        new Layout("every second element", 2, 2 * DIM, 2),
        new Layout("every second element, and gaps", 2, 3 * DIM + 1, 2),
        new Layout("transposed", 4, 1, ROWS),
        new Layout("as contiguous, each row backward", DIM, DIM, -1),
        new Layout("one element for each row", 0, DIM, 0),
    };

    private static final int LENGTH = 5 * ROWS * DIM;

    private static ElementType element(StoredType type) {
        return ElementType.valueOf(type.name());
    }

    /// Every pattern of bytes: infinities and NaN among them.
    private static MemorySegment noise(StoredType type, boolean isNative, Arena arena) {
        MemorySegment segment = isNative
                ? arena.allocate((long) LENGTH * type.bytes(), type.bytes())
                : switch (type) {
                    case F32 -> MemorySegment.ofArray(new float[LENGTH]);
                    case F16, BF16 -> MemorySegment.ofArray(new short[LENGTH]);
                    case INT8 -> MemorySegment.ofArray(new byte[LENGTH]);
                };
        byte[] bytes = new byte[LENGTH * type.bytes()];
        new Random(type.ordinal()).nextBytes(bytes);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        if (type == StoredType.F32) {
            segment.setAtIndex(ValueLayout.JAVA_INT, 5, 0x7fa0_1234); // a NaN that signals
        }
        return segment;
    }

    private static int bits(StoredType type, MemorySegment segment, int index) {
        return switch (type) {
            case F32 -> segment.getAtIndex(ValueLayout.JAVA_INT, index);
            case F16, BF16 -> segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
            case INT8 -> segment.getAtIndex(ValueLayout.JAVA_BYTE, index);
        };
    }

    private static int bits(StoredType type, StoredChunk chunk, int index) {
        return switch (type) {
            case F32 -> Float.floatToRawIntBits(chunk.floats()[index]);
            case F16, BF16 -> chunk.shorts()[index];
            case INT8 -> chunk.bytes()[index];
        };
    }

    @ParameterizedTest
    @EnumSource
    void rowsLandInTheChunk(StoredType type) {
        try (Arena arena = Arena.ofConfined()) {
            for (boolean isNative : new boolean[] {false, true}) {
                MemorySegment segment = noise(type, isNative, arena);
                for (Layout layout : LAYOUTS) {
                    for (int first = 0; first < ROWS; first++) {
                        for (int count = 1; count <= ROWS - first; count++) {
                            check(type, segment, layout, first, count);
                        }
                    }
                }
            }
        }
    }

    private static void check(StoredType type, MemorySegment segment, Layout layout, int first, int count) {
        String what = "%s %s, %s, rows %d + %d".formatted(segment, type, layout.name, first, count);
        DirectOperand operand = new DirectOperand(type, DIM, ROWS, 2);
        Tensor tensor = layout.tensor(segment, type);
        long stride = tensor.stride(2);
        StoredChunk chunk = operand.rows(1, tensor, tensor.offset() + first * stride, stride, count);
        for (int n = 0; n < ROWS * DIM; n++) {
            int element = layout.offset + (first + n / DIM) * layout.rowStride + n % DIM * layout.elementStride;
            int expected = n < count * DIM ? bits(type, segment, element) : 0;
            assertEquals(expected, bits(type, chunk, n), () -> what);
        }
    }

    @ParameterizedTest
    @EnumSource
    void panelsLandInTheChunk(StoredType type) {
        try (Arena arena = Arena.ofConfined()) {
            for (boolean isNative : new boolean[] {false, true}) {
                MemorySegment segment = noise(type, isNative, arena);
                Tensor tensor = Tensor.of(segment, element(type), LENGTH);
                for (int at : new int[] {0, 1, DIM, LENGTH - 3 * DIM}) {
                    DirectOperand operand = new DirectOperand(type, DIM, ROWS, 1);
                    StoredChunk chunk = operand.contiguous(0, tensor, (long) at * type.bytes(), 3 * DIM);
                    for (int n = 0; n < ROWS * DIM; n++) {
                        int expected = n < 3 * DIM ? bits(type, segment, at + n) : 0;
                        assertEquals(expected, bits(type, chunk, n), type + " at " + at);
                    }
                }
            }
        }
    }

    /// Each worker has one chunk, over and over.
    @Test
    void workersShareNoChunk() {
        DirectOperand operand = new DirectOperand(StoredType.F32, DIM, ROWS, 2);
        Tensor ones = Tensor.of(new float[] {1, 1, 1, 1, 1, 1, 1, 1}, 1, 1, 1, DIM);
        Tensor twos = Tensor.of(new float[] {2, 2, 2, 2, 2, 2, 2, 2}, 1, 1, 1, DIM);
        StoredChunk first = operand.rows(0, ones, 0, ones.stride(2), 1);
        StoredChunk second = operand.rows(1, twos, 0, twos.stride(2), 1);
        assertNotSame(first, second);
        assertEquals(1, first.floats()[DIM - 1]);
        assertEquals(2, second.floats()[DIM - 1]);
        assertSame(first, operand.rows(0, twos, 0, twos.stride(2), 1));
        assertEquals(2, first.floats()[DIM - 1]);
        assertEquals(2L * ROWS * DIM * Float.BYTES, operand.bytes(ROWS));
    }

    /// What the caller freed is refused, not read.
    @ParameterizedTest
    @EnumSource
    void freedMemoryIsRefused(StoredType type) {
        for (Layout layout : LAYOUTS) {
            DirectOperand operand = new DirectOperand(type, DIM, ROWS, 1);
            Arena arena = Arena.ofConfined();
            Tensor tensor = layout.tensor(noise(type, true, arena), type);
            arena.close();
            assertThrows(
                    IllegalStateException.class,
                    () -> operand.rows(0, tensor, tensor.offset(), tensor.stride(2), 2),
                    layout.name);
        }
    }
}
