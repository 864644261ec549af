package heed.kernels.fused;

import static heed.attention.ElementType.INT4_GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import heed.attention.ElementType;
import heed.attention.Tensor;
import heed.kernels.ForcedWidth;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.StoredType;
import heed.kernels.tile.Widening;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Rows of every stored type, of either memory and any strides: bit by bit where kernels read what is stored, so
/// that NaN keep their payloads, else exactly the numbers that they stand for.
@ExtendWith(ForcedWidth.class)
final class DirectOperandTest {
    private static final int ROWS = 7;
    private static final int DIM = 8;

    /// Elements of a row of INT4, two groups, and the bytes they take.
    private static final int INT4_DIM = 2 * INT4_GROUP;

    private static final int PAIRS = INT4_DIM / 2;

    /// A stored type and what kernels read it as.
    record Kind(ElementType type, StoredType read) {
        boolean widens() {
            return !type.name().equals(read.name());
        }

        DirectOperand operand(int workers) {
            return new DirectOperand(type, read, DIM, ROWS, workers);
        }
    }

    static List<Kind> kinds() {
        return List.of(
                new Kind(ElementType.F32, StoredType.F32),
                new Kind(ElementType.BF16, StoredType.BF16),
                new Kind(ElementType.INT8, StoredType.INT8),
                new Kind(ElementType.F16, StoredType.F32),
                new Kind(ElementType.BF16, StoredType.F32),
                new Kind(ElementType.INT8, StoredType.F32));
    }

    /// Where a tensor's rows lie, in stored elements.
    private record Layout(String name, int offset, int rowStride, int elementStride) {
        Tensor tensor(MemorySegment segment, ElementType type, int length) {
            long bytes = type.bytes();
            int[] shape = {1, 1, ROWS, length};
            long[] strides = {0, 0, rowStride * bytes, elementStride * bytes};
            return Tensor.strided(segment, type, offset * bytes, shape, strides);
        }

        /// Index of element `d` of row `n`.
        int at(int n, int d) {
            return offset + n * rowStride + d * elementStride;
        }
    }

    /// For rows of `length` stored elements.
    private static List<Layout> layouts(int length) {
        return List.of(
                new Layout("contiguous", 0, length, 1),
                new Layout("at an offset", 13, length, 1),
                new Layout("gaps between rows", 5, length + 3, 1),
                new Layout("last row first", ROWS * length, -length, 1),
                new Layout("one row for all", 3, 0, 1),
                new Layout("rows that overlap", 1, length - 3, 1),
                new Layout("every second element", 2, 2 * length, 2),
                new Layout("every second element, and gaps", 2, 3 * length + 1, 2),
                new Layout("transposed", 4, 1, ROWS),
                new Layout("as contiguous, each row backward", length, length, -1),
                new Layout("one element for each row", 0, length, 0));
    }

    /// Every pattern of bytes: infinities and NaN among them.
    private static MemorySegment noise(ElementType type, int length, boolean isNative, Arena arena) {
        MemorySegment segment = isNative
                ? arena.allocate((long) length * type.bytes(), type.bytes())
                : switch (type) {
                    case F32 -> MemorySegment.ofArray(new float[length]);
                    case F16, BF16 -> MemorySegment.ofArray(new short[length]);
                    case INT8, INT4 -> MemorySegment.ofArray(new byte[length]);
                    case F64, BOOL -> throw new AssertionError("not for keys: " + type);
                };
        byte[] bytes = new byte[length * type.bytes()];
        new Random(type.ordinal()).nextBytes(bytes);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        if (type == ElementType.F32) {
            segment.setAtIndex(ValueLayout.JAVA_INT, 5, 0x7fa0_1234); // a NaN that signals
        }
        return segment;
    }

    private static int bits(ElementType type, MemorySegment segment, int index) {
        return switch (type) {
            case F32 -> segment.getAtIndex(ValueLayout.JAVA_INT, index);
            case F16, BF16 -> segment.getAtIndex(ValueLayout.JAVA_SHORT, index);
            case INT8, INT4 -> segment.getAtIndex(ValueLayout.JAVA_BYTE, index);
            case F64, BOOL -> throw new AssertionError("not for keys: " + type);
        };
    }

    private static int bits(StoredType type, StoredChunk chunk, int index) {
        return switch (type) {
            case F32 -> Float.floatToRawIntBits(chunk.floats()[index]);
            case BF16 -> chunk.shorts()[index];
            case INT8 -> chunk.bytes()[index];
        };
    }

    /// That element `n` of `chunk` is element `index` of `segment`.
    private static void assertStored(
            Kind kind, MemorySegment segment, int index, StoredChunk chunk, int n, String what) {
        if (kind.widens()) {
            float exact = (float) kind.type.read(segment, (long) index * kind.type.bytes());
            assertSameNumber(exact, chunk.floats()[n], n, what);
        } else {
            assertEquals(bits(kind.type, segment, index), bits(kind.read, chunk, n), () -> what);
        }
    }

    private static void assertSameNumber(float exact, float actual, int n, String what) {
        boolean isSame = Float.isNaN(exact)
                ? Float.isNaN(actual)
                : Float.floatToRawIntBits(exact) == Float.floatToRawIntBits(actual);
        if (!isSame) {
            fail("%s: element %d is %a, to be %a".formatted(what, n, actual, exact));
        }
    }

    private static void assertZero(Kind kind, StoredChunk chunk, int from, String what) {
        for (int n = from; n < ROWS * DIM; n++) {
            assertEquals(0, bits(kind.read, chunk, n), () -> what + ": written past the rows");
        }
    }

    /// Copied in two pieces, as from two pages.
    private static StoredChunk rows(DirectOperand operand, int worker, Tensor tensor, long at, int count) {
        int some = count / 2;
        operand.copyRows(worker, tensor, at, 0, some);
        operand.copyRows(worker, tensor, at + some * tensor.stride(2), some, count - some);
        return operand.read(worker, count * tensor.size(3));
    }

    private static StoredChunk rows(
            DirectOperand operand, int worker, Tensor pairs, long at, Tensor scale, long scaleAt, int count) {
        int some = count / 2;
        operand.copyScales(worker, scale, scaleAt, 0, some);
        operand.copyScales(worker, scale, scaleAt + some * scale.stride(2), some, count - some);
        operand.copyRows(worker, pairs, at, 0, count);
        return operand.read(worker, 2 * count * pairs.size(3));
    }

    private interface Check {
        void check(MemorySegment segment, Layout layout, int first, int count);
    }

    /// All runs of rows of `length` stored elements, in each layout, on the heap and off it.
    private static void everywhere(ElementType type, int length, Check check) {
        try (Arena arena = Arena.ofConfined()) {
            for (boolean isNative : new boolean[] {false, true}) {
                MemorySegment segment = noise(type, 5 * ROWS * length, isNative, arena);
                for (Layout layout : layouts(length)) {
                    for (int first = 0; first < ROWS; first++) {
                        for (int count = 1; count <= ROWS - first; count++) {
                            check.check(segment, layout, first, count);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void rowsLandInTheChunk(Kind kind) {
        everywhere(kind.type, DIM, (segment, layout, first, count) -> rows(kind, segment, layout, first, count));
    }

    private static void rows(Kind kind, MemorySegment segment, Layout layout, int first, int count) {
        String what = "%s %s, %s, rows %d + %d".formatted(segment, kind, layout.name, first, count);
        DirectOperand operand = kind.operand(2);
        Tensor tensor = layout.tensor(segment, kind.type, DIM);
        long stride = tensor.stride(2);
        StoredChunk chunk = rows(operand, 1, tensor, tensor.offset() + first * stride, count);
        for (int n = 0; n < count * DIM; n++) {
            assertStored(kind, segment, layout.at(first + n / DIM, n % DIM), chunk, n, what);
        }
        assertZero(kind, chunk, count * DIM, what);
    }

    /// One behind the other in the chunk, wherever each lies.
    @ParameterizedTest
    @MethodSource("kinds")
    void panelsLandInTheChunk(Kind kind) {
        int length = 5 * ROWS * DIM;
        int panel = 2 * DIM;
        try (Arena arena = Arena.ofConfined()) {
            for (boolean isNative : new boolean[] {false, true}) {
                MemorySegment segment = noise(kind.type, length, isNative, arena);
                for (int[] at : new int[][] {{0}, {1}, {length - panel}, {DIM, DIM + panel}, {5, 100, 0}}) {
                    DirectOperand operand = kind.operand(1);
                    for (int n = 0; n < at.length; n++) {
                        operand.copy(0, segment, (long) at[n] * kind.type.bytes(), n * panel, panel);
                    }
                    StoredChunk chunk = operand.read(0, at.length * panel);
                    String what = "%s, %d panels from %d on".formatted(kind, at.length, at[0]);
                    for (int n = 0; n < at.length * panel; n++) {
                        assertStored(kind, segment, at[n / panel] + n % panel, chunk, n, what);
                    }
                    assertZero(kind, chunk, at.length * panel, what);
                }
            }
        }
    }

    /// How the scales of INT4 rows lie.
    private enum Scales {
        F32_CONTIGUOUS(ElementType.F32, new Layout("contiguous", 3, INT4_DIM / INT4_GROUP, 1)),
        F32_STRIDED(ElementType.F32, new Layout("strided", 1, 7, 3)),
        F16(ElementType.F16, new Layout("halves", 0, INT4_DIM / INT4_GROUP, 1)),
        F16_BACKWARD(ElementType.F16, new Layout("halves, last first", 50, -4, -2));

        private final ElementType type;
        private final Layout layout;

        Scales(ElementType type, Layout layout) {
            this.type = type;
            this.layout = layout;
        }

        Tensor tensor(boolean isNative, Arena arena) {
            return layout.tensor(noise(type, 64, isNative, arena), type, INT4_DIM / INT4_GROUP);
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsOfPairsLandScaledInTheChunk(Scales scales) {
        try (Arena arena = Arena.ofConfined()) {
            Tensor scale = scales.tensor(false, arena);
            Tensor nativeScale = scales.tensor(true, arena);
            everywhere(ElementType.INT4, PAIRS, (segment, layout, first, count) -> {
                pairs(segment, layout, segment.isNative() ? nativeScale : scale, first, count);
            });
        }
    }

    private static void pairs(MemorySegment segment, Layout layout, Tensor scale, int first, int count) {
        String what = "%s, %s, scales %s, rows %d + %d".formatted(segment, layout.name, scale, first, count);
        DirectOperand operand = new DirectOperand(ElementType.INT4, StoredType.F32, INT4_DIM, ROWS, 2);
        Tensor tensor = layout.tensor(segment, ElementType.INT4, PAIRS);
        long at = tensor.offset() + first * tensor.stride(2);
        long scaleAt = scale.offset() + first * scale.stride(2);
        float[] floats = inOrder(
                operand, rows(operand, 1, tensor, at, scale, scaleAt, count).floats());
        assertEquals(ROWS * INT4_DIM, floats.length);
        for (int n = 0; n < floats.length; n++) {
            int row = first + n / INT4_DIM;
            int d = n % INT4_DIM;
            float exact = 0;
            if (n < count * INT4_DIM) {
                int pair = bits(ElementType.INT4, segment, layout.at(row, d / 2)) & 0xff;
                int q = (d % 2 == 0 ? pair & 15 : pair >> 4) - 8;
                exact = (float) scale.get(0, 0, row, d / INT4_GROUP) * q;
            }
            assertSameNumber(exact, floats[n], n, what);
        }
    }

    /// The rows of `chunk` with their dims where the tensor has them.
    private static float[] inOrder(DirectOperand operand, float[] chunk) {
        if (!operand.isApart()) {
            return chunk;
        }
        float[] rows = new float[chunk.length];
        for (int at = 0; at < chunk.length; at += INT4_DIM) {
            Widening.together(chunk, at, rows, at, INT4_DIM);
        }
        return rows;
    }

    /// Each worker has one chunk, over and over.
    @ParameterizedTest
    @MethodSource("kinds")
    void workersShareNoChunk(Kind kind) {
        DirectOperand operand = kind.operand(2);
        MemorySegment segment = noise(kind.type, 2 * DIM, false, Arena.global());
        long next = (long) DIM * kind.type.bytes();
        Tensor tensor = Tensor.of(segment, kind.type, 1, 1, 2, DIM);
        StoredChunk first = rows(operand, 0, tensor, 0, 1);
        StoredChunk second = rows(operand, 1, tensor, next, 1);
        assertNotSame(first, second);
        for (int n = 0; n < DIM; n++) {
            assertStored(kind, segment, n, first, n, "the first worker's");
            assertStored(kind, segment, DIM + n, second, n, "the second worker's");
        }
        assertSame(first, rows(operand, 0, tensor, next, 1));
        for (int n = 0; n < DIM; n++) {
            assertStored(kind, segment, DIM + n, first, n, "the first worker's, again");
        }
    }

    /// What is read, and what it is widened from.
    @Test
    void bytesAreThoseOfAllArrays() {
        int length = ROWS * DIM;
        for (Kind kind : kinds()) {
            int each = kind.widens() ? Float.BYTES + kind.type.bytes() : kind.type.bytes();
            assertEquals((long) length * each, kind.operand(1).bytes(), kind::toString);
            assertEquals(3L * length * each, kind.operand(3).bytes(), kind::toString);
        }
        DirectOperand pairs = new DirectOperand(ElementType.INT4, StoredType.F32, INT4_DIM, ROWS, 2);
        int scales = ROWS * INT4_DIM / INT4_GROUP + Widening.SPARE;
        long each = Float.BYTES * (ROWS * INT4_DIM + scales) + ROWS * PAIRS + Widening.SPARE;
        assertEquals(2 * each, pairs.bytes());
    }

    /// What the caller freed is refused, not read.
    @ParameterizedTest
    @MethodSource("kinds")
    void freedMemoryIsRefused(Kind kind) {
        for (Layout layout : layouts(DIM)) {
            DirectOperand operand = kind.operand(1);
            Arena arena = Arena.ofConfined();
            Tensor tensor = layout.tensor(noise(kind.type, 5 * ROWS * DIM, true, arena), kind.type, DIM);
            arena.close();
            assertThrows(IllegalStateException.class, () -> rows(operand, 0, tensor, tensor.offset(), 2), layout.name);
            assertThrows(IllegalStateException.class, () -> operand.copy(0, tensor.segment(), 0, 0, DIM), layout.name);
        }
    }

    @ParameterizedTest
    @EnumSource
    void freedPairsAndScalesAreRefused(Scales scales) {
        for (Layout layout : layouts(PAIRS)) {
            for (boolean isScale : new boolean[] {false, true}) {
                DirectOperand operand = new DirectOperand(ElementType.INT4, StoredType.F32, INT4_DIM, ROWS, 1);
                try (Arena kept = Arena.ofConfined()) {
                    Arena freed = Arena.ofConfined();
                    MemorySegment segment = noise(ElementType.INT4, 5 * ROWS * PAIRS, true, isScale ? kept : freed);
                    Tensor tensor = layout.tensor(segment, ElementType.INT4, PAIRS);
                    Tensor scale = scales.tensor(true, isScale ? freed : kept);
                    freed.close();
                    assertThrows(
                            IllegalStateException.class,
                            () -> rows(operand, 0, tensor, tensor.offset(), scale, scale.offset(), 2),
                            layout.name);
                }
            }
        }
    }
}
