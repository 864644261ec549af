package heed.attention;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The keys, or the values, of a [KvStorage], written and read a row at a time: key `j` of a head and page.
///
/// What must be converted is staged in one row that is made once, so that writing makes no objects.
final class PageRows {
    private final Tensor pages;
    private final @Nullable Tensor scales;
    private final int dim;

    /// Keys of a panel, 1 for rows.
    private final int width;

    private final double[] staged;
    private final @Nullable Quantiser quantiser;

    private PageRows(Tensor pages, Optional<Tensor> scales, int dim) {
        this.pages = pages;
        this.scales = scales.orElse(null);
        this.dim = dim;
        width = pages.rank() == 5 ? pages.size(4) : 1;
        staged = new double[dim];
        Tensor row = Tensor.of(staged, 1, 1, 1, dim);
        quantiser = scales.map(scale -> Quantiser.ofRows(row, pages, scale)).orElse(null);
    }

    static PageRows keys(KvStorage storage) {
        return new PageRows(storage.keys(), storage.keyScales(), storage.shape().headDim());
    }

    static PageRows values(KvStorage storage) {
        return new PageRows(
                storage.values(), storage.valueScales(), storage.shape().valueDim());
    }

    /// The row that [#writeStaged] writes.
    double[] staged() {
        return staged;
    }

    /// Stores the row at byte `from` of `source`, elements of its last axis.
    void write(Tensor source, long from, int page, int head, int j) {
        long stride = source.stride(source.rank() - 1);
        int bytes = pages.type().bytes();
        if (source.type() == pages.type() && stride == bytes && width == 1) {
            MemorySegment.copy(source.segment(), from, pages.segment(), at(page, head, j), (long) dim * bytes);
        } else {
            StoredRows.read(source, from, stride, staged);
            writeStaged(page, head, j);
        }
    }

    /// Stores the staged row.
    void writeStaged(int page, int head, int j) {
        long to = at(page, head, j);
        if (quantiser != null) {
            quantiser.row(0, to, scaleAt(page, head, j));
            return;
        }
        for (int d = 0; d < dim; d++) {
            pages.type().write(pages.segment(), to + d * pages.stride(3), staged[d]);
        }
    }

    void read(int page, int head, int j, double[] row) {
        long from = at(page, head, j);
        if (scales == null) {
            StoredRows.read(pages, from, pages.stride(3), row);
        } else {
            StoredRows.readScaled(pages, from, pages.stride(3), scales, scaleAt(page, head, j), row);
        }
    }

    /// Copies the first `count` keys of page `from`, whole panels, to page `to`.
    void copy(int from, int to, int count) {
        long bytes = (long) pages.size(3) * width * pages.type().bytes();
        for (int head = 0; head < pages.size(1); head++) {
            for (int j = 0; j < count; j += width) {
                copy(pages.segment(), at(from, head, j), at(to, head, j), bytes);
            }
            for (int j = 0; scales != null && j < count; j++) {
                copy(scales.segment(), scaleAt(from, head, j), scaleAt(to, head, j), scaleBytes(scales));
            }
        }
    }

    private static void copy(MemorySegment segment, long from, long to, long bytes) {
        MemorySegment.copy(segment, from, segment, to, bytes);
    }

    /// Of one row.
    private static long scaleBytes(Tensor scales) {
        return (long) scales.type().bytes() * (scales.rank() == 4 ? scales.size(3) : 1);
    }

    private long at(int page, int head, int j) {
        long row = pages.offset() + page * pages.stride(0) + head * pages.stride(1);
        return width == 1 && pages.rank() == 4
                ? row + j * pages.stride(2)
                : row + j / width * pages.stride(2) + j % width * pages.stride(4);
    }

    private long scaleAt(int page, int head, int j) {
        Tensor scale = java.util.Objects.requireNonNull(scales);
        return scale.offset() + page * scale.stride(0) + head * scale.stride(1) + j * scale.stride(2);
    }
}
