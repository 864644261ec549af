package heed.model.transformer;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A buffer of f32 rows off the heap, where every backend can reach it; runs use its first rows.
final class Matrix {
    /// A cache line: no row of a power-of-two width straddles one more than it must.
    private static final long ALIGNMENT = 64;

    private final MemorySegment segment;
    private final Tensor whole;
    private final int width;

    Matrix(Arena arena, int rows, int width) {
        this.width = width;
        segment = arena.allocate((long) rows * width * Float.BYTES, ALIGNMENT);
        whole = Tensor.of(segment, ElementType.F32, rows, width);
    }

    int width() {
        return width;
    }

    /// The first `rows` rows: `[rows, width]`.
    Tensor rows(int rows) {
        return whole.slice(0, 0, rows);
    }

    /// The same, each row cut into heads: `[1, heads, rows, width / heads]`, a view.
    Tensor heads(int rows, int heads) {
        return Tensor.of(segment, ElementType.F32, 1, rows, heads, width / heads)
                .permute(0, 2, 1, 3);
    }

    /// Rows `from ≤ i < to` cut into heads: `[heads, to - from, width / heads]`, a view.
    Tensor heads(int from, int to, int heads) {
        return Tensor.of(segment, ElementType.F32, to, heads, width / heads)
                .slice(0, from, to)
                .permute(1, 0, 2);
    }

    /// Copies row `row` to the start of `into`.
    void read(int row, float[] into) {
        MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, at(row), into, 0, width);
    }

    /// Copies the start of `from` to row `row`.
    void write(int row, float[] from) {
        MemorySegment.copy(from, 0, segment, ValueLayout.JAVA_FLOAT, at(row), width);
    }

    private long at(int row) {
        return (long) row * width * Float.BYTES;
    }
}
