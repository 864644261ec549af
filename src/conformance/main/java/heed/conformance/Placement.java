package heed.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A tensor laid into a larger buffer whose other elements hold a filler.
///
/// @param view the tensor
/// @param buffer every element of the memory, in order
/// @param filler what the elements outside the view hold
record Placement(Tensor view, Tensor buffer, double filler) {
    private static final int MARGIN = 3;

    /// How four axes lie in memory.
    enum Layout {
        /// `[batch, heads, len, dim]`, contiguous.
        BHSD(0, 1, 2, 3),
        /// `[batch, len, heads, dim]`.
        BSHD(0, 2, 1, 3),
        /// `[batch, heads, dim, len]`: elements of a row lie apart.
        BHDS(0, 1, 3, 2),
        /// As `BHSD`, with unused elements between rows.
        GAPPED(0, 1, 2, 3),
        /// As `BHSD`, the last row first.
        BACKWARD(0, 1, 2, 3);

        private final int[] order;

        Layout(int... order) {
            this.order = order;
        }
    }

    /// Where memory comes from.
    enum Memory {
        /// A Java array.
        HEAP,
        /// Outside the heap, freed by the garbage collector.
        NATIVE;

        MemorySegment allocate(ElementType type, int elements) {
            return switch (this) {
                case HEAP ->
                    switch (type) {
                        case BOOL, INT8, INT4 -> MemorySegment.ofArray(new byte[elements]);
                        case F16, BF16 -> MemorySegment.ofArray(new short[elements]);
                        case F32 -> MemorySegment.ofArray(new float[elements]);
                        case F64 -> MemorySegment.ofArray(new double[elements]);
                    };
                case NATIVE -> Arena.ofAuto().allocate((long) elements * type.bytes(), type.bytes());
            };
        }
    }

    /// A copy of `source` laid out as asked.
    static Placement of(Tensor source, Layout layout, Memory memory, double filler) {
        Placement placement = room(source.type(), source.shape(), layout, memory, filler);
        Tensors.forEach(source.shape(), index -> placement.view.set(source.get(index), index));
        return placement;
    }

    /// Room for a tensor of `shape`, four axes, holding the filler.
    static Placement room(ElementType type, int[] shape, Layout layout, Memory memory, double filler) {
        int gap = layout == Layout.GAPPED ? 5 : 0;
        long[] strides = new long[4];
        long pitch = 1;
        for (int n = 3; n >= 0; n--) {
            strides[layout.order[n]] = pitch;
            pitch = pitch * shape[layout.order[n]] + (n == 3 ? gap : 0);
        }
        long offset = MARGIN;
        if (layout == Layout.BACKWARD) {
            offset += strides[2] * Math.max(0, shape[2] - 1);
            strides[2] = -strides[2];
        }
        int elements = (int) pitch + 2 * MARGIN;
        MemorySegment segment = memory.allocate(type, elements);
        Tensor buffer = Tensor.of(segment, type, elements);
        Tensors.fill(buffer, filler);
        for (int axis = 0; axis < 4; axis++) {
            strides[axis] *= type.bytes();
        }
        return new Placement(Tensor.strided(segment, type, offset * type.bytes(), shape, strides), buffer, filler);
    }

    /// Fails if an element outside the view has changed.
    void assertGapsUntouched() {
        boolean[] covered = new boolean[buffer.size(0)];
        int bytes = view.type().bytes();
        Tensors.forEach(view.shape(), index -> {
            long at = view.offset();
            for (int axis = 0; axis < index.length; axis++) {
                at += index[axis] * view.stride(axis);
            }
            covered[(int) (at / bytes)] = true;
        });
        for (int n = 0; n < covered.length; n++) {
            if (!covered[n]) {
                assertEquals(filler, buffer.get(n), "an element outside the output was written: element " + n);
            }
        }
    }
}
