package heed.model.transformer;

import heed.attention.ElementType;
import heed.attention.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// An embedding table: a learned row for each token, position or token type.
///
/// @param rows f32, `[count, width]`, read where it lies
record Table(Tensor rows) {
    /// Takes f32 alone: rows are added as they are.
    Table {
        if (rows.type() != ElementType.F32) {
            throw new IllegalArgumentException("an embedding table must be of type F32: table=" + rows);
        }
    }

    /// Copies row `index` to the start of `into`.
    void read(int index, float[] into) {
        MemorySegment.copy(rows.segment(), ValueLayout.JAVA_FLOAT, at(index), into, 0, rows.size(1));
    }

    /// Adds row `index` to the start of `into`.
    void addTo(int index, float[] into) {
        long at = at(index);
        for (int j = 0; j < rows.size(1); j++) {
            into[j] += rows.segment().get(ValueLayout.JAVA_FLOAT, at + (long) j * Float.BYTES);
        }
    }

    private long at(int index) {
        if (index < 0 || index >= rows.size(0)) {
            throw new IllegalArgumentException(
                    "an index must lie in the embedding table: index=%d, table=%s".formatted(index, rows));
        }
        return rows.offset() + index * rows.stride(0);
    }
}
