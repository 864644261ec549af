package heed.attention;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Memory for the pages of a [KvCache], supplied by the host or by a backend that wants them elsewhere.
///
/// @param shape what the tensors hold
/// @param keys `[pages, kvHeads, pageLen, headDim]`, or `[pages, kvHeads, pageLen / width, headDim, width]`
/// @param values `[pages, kvHeads, pageLen, valueDim]`
/// @param keyScales of quantised types: `[pages, kvHeads, pageLen]`, of INT4 with an axis of groups behind
/// @param valueScales the same for values
public record KvStorage(
        KvShape shape, Tensor keys, Tensor values, Optional<Tensor> keyScales, Optional<Tensor> valueScales) {
    /// Pages in memory of `arena`, whose owner frees them; zeros at first.
    public static KvStorage allocate(KvShape shape, Arena arena) {
        int units = shape.type().unitsOf(shape.headDim());
        Tensor keys = switch (shape.keyLayout()) {
            case KeyLayout.Rows _ -> rows(shape, shape.type(), units, arena);
            case KeyLayout.Panels(int width) -> panels(shape, units, width, arena);
        };
        return new KvStorage(
                shape,
                keys,
                rows(shape, shape.type(), shape.type().unitsOf(shape.valueDim()), arena),
                scales(shape, shape.headDim(), arena),
                scales(shape, shape.valueDim(), arena));
    }

    private static Optional<Tensor> scales(KvShape shape, int dim, Arena arena) {
        return switch (shape.type()) {
            case INT8 -> Optional.of(row(rows(shape, ElementType.F32, 1, arena)));
            case INT4 -> Optional.of(rows(shape, ElementType.F32, shape.type().scalesOf(dim), arena));
            case F16, BF16, F32, F64, BOOL -> Optional.empty();
        };
    }

    /// Without its last axis, of size 1.
    private static Tensor row(Tensor tensor) {
        return Tensor.strided(
                tensor.segment(),
                tensor.type(),
                tensor.offset(),
                java.util.Arrays.copyOf(tensor.shape(), 3),
                new long[] {tensor.stride(0), tensor.stride(1), tensor.stride(2)});
    }

    private static Tensor rows(KvShape shape, ElementType type, int units, Arena arena) {
        int pages = shape.pageCount();
        return switch (shape.pageOrder()) {
            case NHPD -> contiguous(type, arena, pages, shape.kvHeads(), shape.pageLen(), units);
            case NPHD ->
                contiguous(type, arena, pages, shape.pageLen(), shape.kvHeads(), units)
                        .permute(0, 2, 1, 3);
        };
    }

    private static Tensor panels(KvShape shape, int units, int width, Arena arena) {
        int pages = shape.pageCount();
        int panels = shape.pageLen() / width;
        return switch (shape.pageOrder()) {
            case NHPD -> contiguous(shape.type(), arena, pages, shape.kvHeads(), panels, units, width);
            case NPHD ->
                contiguous(shape.type(), arena, pages, panels, shape.kvHeads(), units, width)
                        .permute(0, 2, 1, 3, 4);
        };
    }

    private static Tensor contiguous(ElementType type, Arena arena, int... shape) {
        long bytes = type.bytes();
        for (int size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        MemorySegment segment = arena.allocate(bytes, 64);
        return Tensor.of(segment, type, shape);
    }
}
