package heed.kernels.gemm;

import heed.attention.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Moves blocks of a matrix of any strides to and from rows of an array.
///
/// **Memory moved** is all that it costs. Rows that lie together are copied whole; others are read a slab of
/// columns at a time, whose cache lines are still there for the next row.
final class Blocks {
    /// Columns of a slab: with twice as many, lines a page apart displace each other.
    private static final int SLAB = 16;

    private Blocks() {}

    /// Reads `rows` times `columns` elements from `(row, column)` on to `to[at + i · lead + j]`.
    static void read(Tensor from, int row, int rows, int column, int columns, float[] to, int at, int lead) {
        if (columns == 0) {
            return; // a row of nothing may begin outside of its segment
        }
        MemorySegment segment = from.segment();
        long down = from.stride(0), right = from.stride(1);
        long start = from.offset() + row * down + column * right;
        if (right == Float.BYTES) {
            for (int i = 0; i < rows; i++) {
                MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT, start + i * down, to, at + i * lead, columns);
            }
            return;
        }
        for (int begin = 0; begin < columns; begin += SLAB) {
            int end = Math.min(columns, begin + SLAB);
            for (int i = 0; i < rows; i++) {
                for (int j = begin; j < end; j++) {
                    to[at + i * lead + j] = segment.get(ValueLayout.JAVA_FLOAT, start + i * down + j * right);
                }
            }
        }
    }

    /// The same in double.
    static void read(Tensor from, int row, int rows, int column, int columns, double[] to, int at, int lead) {
        if (columns == 0) {
            return; // a row of nothing may begin outside of its segment
        }
        MemorySegment segment = from.segment();
        long down = from.stride(0), right = from.stride(1);
        long start = from.offset() + row * down + column * right;
        if (right == Double.BYTES) {
            for (int i = 0; i < rows; i++) {
                MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, start + i * down, to, at + i * lead, columns);
            }
            return;
        }
        for (int begin = 0; begin < columns; begin += SLAB) {
            int end = Math.min(columns, begin + SLAB);
            for (int i = 0; i < rows; i++) {
                for (int j = begin; j < end; j++) {
                    to[at + i * lead + j] = segment.get(ValueLayout.JAVA_DOUBLE, start + i * down + j * right);
                }
            }
        }
    }

    /// Writes `c = alpha · sums + beta · c` to `rows` times `columns` elements from `(row, column)` on, computed in
    /// double; the sums lie at `i · lead + j`.
    static void write(float[] sums, int lead, PackedGemm.Run run, int row, int rows, int column, int columns) {
        Tensor c = run.c();
        MemorySegment segment = c.segment();
        long down = c.stride(0), right = c.stride(1);
        long start = c.offset() + row * down + column * right;
        double alpha = run.alpha(), beta = run.beta();
        for (int i = 0; i < rows; i++) {
            long at = start + i * down;
            if (alpha == 1 && beta == 0 && right == Float.BYTES) {
                MemorySegment.copy(sums, i * lead, segment, ValueLayout.JAVA_FLOAT, at, columns);
                continue;
            }
            for (int j = 0; j < columns; j++) {
                long to = at + j * right;
                double product = alpha * sums[i * lead + j];
                double sum = beta == 0 ? product : product + beta * segment.get(ValueLayout.JAVA_FLOAT, to);
                segment.set(ValueLayout.JAVA_FLOAT, to, (float) sum);
            }
        }
    }

    /// The same for double.
    static void write(double[] sums, int lead, PackedGemm.Run run, int row, int rows, int column, int columns) {
        Tensor c = run.c();
        MemorySegment segment = c.segment();
        long down = c.stride(0), right = c.stride(1);
        long start = c.offset() + row * down + column * right;
        double alpha = run.alpha(), beta = run.beta();
        for (int i = 0; i < rows; i++) {
            long at = start + i * down;
            if (alpha == 1 && beta == 0 && right == Double.BYTES) {
                MemorySegment.copy(sums, i * lead, segment, ValueLayout.JAVA_DOUBLE, at, columns);
                continue;
            }
            for (int j = 0; j < columns; j++) {
                long to = at + j * right;
                double product = alpha * sums[i * lead + j];
                double sum = beta == 0 ? product : product + beta * segment.get(ValueLayout.JAVA_DOUBLE, to);
                segment.set(ValueLayout.JAVA_DOUBLE, to, sum);
            }
        }
    }
}
