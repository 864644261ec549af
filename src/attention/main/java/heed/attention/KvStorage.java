package heed.attention;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Optional;

/// Memory for the pages of a [KvCache], supplied by the host or by a backend that wants them elsewhere. Pages and
/// heads may lie anywhere, each row and each panel in one piece.
///
/// @param shape what the tensors hold
/// @param keys `[pages, kvHeads, pageLen, headDim]`, or `[pages, kvHeads, pageLen / width, headDim, width]`
/// @param values `[pages, kvHeads, pageLen, valueDim]`
/// @param keyScales of quantised types: `[pages, kvHeads, pageLen]`, of INT4 with an axis of groups behind
/// @param valueScales the same for values
public record KvStorage(
        KvShape shape, Tensor keys, Tensor values, Optional<Tensor> keyScales, Optional<Tensor> valueScales) {
    private static final int ALIGNMENT = 64;

    /// Checks that the tensors have the shapes and types that `shape` asks for, and memory of their own.
    public KvStorage {
        check("keys", keys, shape.type(), keyShape(shape));
        check("values", values, shape.type(), rowShape(shape, shape.valueDim()));
        Door.apart("keys", keys, "values", values);
        checkScales("keyScales", keyScales, shape, shape.headDim());
        checkScales("valueScales", valueScales, shape, shape.valueDim());
        keyScales.ifPresent(scales -> {
            Door.apart("keyScales", scales, "keys", keys);
            Door.apart("keyScales", scales, "values", values);
            valueScales.ifPresent(others -> Door.apart("keyScales", scales, "valueScales", others));
        });
        valueScales.ifPresent(scales -> {
            Door.apart("valueScales", scales, "keys", keys);
            Door.apart("valueScales", scales, "values", values);
        });
    }

    private static void check(String name, Tensor tensor, ElementType type, int... wanted) {
        Checks.require(
                tensor.type() == type && Arrays.equals(tensor.shape(), wanted),
                "%s must be %s%s: %s=%s",
                name,
                type,
                Arrays.toString(wanted),
                name,
                tensor);
        long piece = type.bytes();
        for (int axis = wanted.length - 1; axis > 2; axis--) {
            Checks.require(
                    tensor.stride(axis) == piece,
                    "the rows or panels of %s must lie in one piece, stride %d along axis %d: stride=%d, %s=%s",
                    name,
                    piece,
                    axis,
                    tensor.stride(axis),
                    name,
                    tensor);
            piece *= wanted[axis];
        }
        Door.writable(name, tensor);
    }

    private static void checkScales(String name, Optional<Tensor> scales, KvShape shape, int dim) {
        Checks.require(
                scales.isPresent() == shape.type().isQuantised(),
                "%s go with quantised types: type=%s, %s %s",
                name,
                shape.type(),
                name,
                scales.isPresent() ? "given" : "missing");
        scales.ifPresent(tensor -> check(name, tensor, ElementType.F32, scaleShape(shape, dim)));
    }

    /// Pages in memory of `arena`, whose owner frees them; zeros at first.
    public static KvStorage allocate(KvShape shape, Arena arena) {
        Tensor keys = allocate(shape, shape.type(), arena, keyShape(shape));
        Tensor values = allocate(shape, shape.type(), arena, rowShape(shape, shape.valueDim()));
        return new KvStorage(
                shape, keys, values, scales(shape, shape.headDim(), arena), scales(shape, shape.valueDim(), arena));
    }

    private static Optional<Tensor> scales(KvShape shape, int dim, Arena arena) {
        return shape.type().isQuantised()
                ? Optional.of(allocate(shape, ElementType.F32, arena, scaleShape(shape, dim)))
                : Optional.empty();
    }

    private static int[] keyShape(KvShape shape) {
        return switch (shape.keyLayout()) {
            case KeyLayout.Rows _ -> rowShape(shape, shape.headDim());
            case KeyLayout.Panels(int width) ->
                new int[] {
                    shape.pageCount(),
                    shape.kvHeads(),
                    shape.pageLen() / width,
                    shape.type().unitsOf(shape.headDim()),
                    width
                };
        };
    }

    private static int[] rowShape(KvShape shape, int dim) {
        return new int[] {
            shape.pageCount(), shape.kvHeads(), shape.pageLen(), shape.type().unitsOf(dim)
        };
    }

    private static int[] scaleShape(KvShape shape, int dim) {
        int[] rows = rowShape(shape, dim);
        rows[3] = shape.type().scalesOf(dim);
        return shape.type() == ElementType.INT8 ? Arrays.copyOf(rows, 3) : rows;
    }

    /// A tensor of `sizes` whose axes 1 and 2, heads and keys, lie in the order of the pages.
    private static Tensor allocate(KvShape shape, ElementType type, Arena arena, int... sizes) {
        int[] inMemory = sizes.clone();
        int[] axes = new int[sizes.length];
        Arrays.setAll(axes, axis -> axis);
        switch (shape.pageOrder()) {
            case NHPD -> {}
            case NPHD -> {
                inMemory[1] = sizes[2];
                inMemory[2] = sizes[1];
                axes[1] = 2;
                axes[2] = 1;
            }
        }
        return Tensor.of(arena.allocate(bytes(type, sizes), ALIGNMENT), type, inMemory)
                .permute(axes);
    }

    private static long bytes(ElementType type, int... sizes) {
        long bytes = type.bytes();
        for (int size : sizes) {
            if (Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
                throw Checks.refusal("pages must fit 2^63 bytes: %s%s", type, Arrays.toString(sizes));
            }
            bytes *= size;
        }
        return bytes;
    }
}
