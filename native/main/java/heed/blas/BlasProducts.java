package heed.blas;

import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileScratch;
import heed.kernels.fused.TileShape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The products of a tile by `cblas_sgemm`, over keys and values in rows off the heap.
///
/// Scores and weights cross between the heap, where the softmax works on them, and the scratch here: 8 bytes moved
/// for each score, against `4 · headDim` operations. A product takes the columns that some row of the tile sees;
/// the same for every row.
final class BlasProducts implements PackedProducts {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    private final LeasedLibrary.Lease library;
    private final Cblas cblas;
    private final TileShape shape;
    private final Arena arena;
    private final MemorySegment keys;
    private final MemorySegment values;
    private final Scratch[] scratch;
    private final long bytes;

    /// Operands of one thread.
    private record Scratch(MemorySegment query, MemorySegment scores, MemorySegment sums, float[] row) {}

    /// Products in tiles of `shape`, with a lease of their own; what was allocated is freed if the rest cannot be.
    static BlasProducts create(LeasedLibrary.Lease library, TileShape shape, int slots, int workers) {
        LeasedLibrary.Lease own = library.again();
        Arena arena = Arena.ofShared();
        try {
            return new BlasProducts(own, shape, slots, workers, arena);
        } catch (RuntimeException | Error failure) {
            arena.close();
            own.close();
            throw failure;
        }
    }

    private BlasProducts(LeasedLibrary.Lease library, TileShape shape, int slots, int workers, Arena arena) {
        this.library = library;
        this.arena = arena;
        cblas = library.cblas();
        this.shape = shape;
        keys = floats((long) slots * shape.capacity() * shape.headDim());
        values = floats((long) slots * shape.capacity() * shape.paddedValueDim());
        scratch = new Scratch[workers];
        for (int n = 0; n < workers; n++) {
            scratch[n] = new Scratch(
                    floats((long) shape.rows() * shape.headDim()),
                    floats((long) shape.rows() * shape.blockKeys()),
                    floats((long) shape.rows() * shape.paddedValueDim()),
                    new float[shape.paddedValueDim()]);
        }
        long perWorker =
                (long) shape.rows() * (shape.headDim() + shape.blockKeys() + shape.paddedValueDim()) * Float.BYTES;
        bytes = keys.byteSize() + values.byteSize() + workers * perWorker;
    }

    /// Zeroed, since the values past a sequence's last key are multiplied by weights of zero.
    private MemorySegment floats(long count) {
        return arena.allocate(Math.max(1, count) * Float.BYTES, 64);
    }

    @Override
    public void packKeys(int slot, int j, int count, float[] rows) {
        MemorySegment.copy(rows, 0, keys, FLOAT, keyAt(slot, j), count * shape.headDim());
    }

    @Override
    public void packValues(int slot, int j, int count, float[] rows) {
        MemorySegment.copy(rows, 0, values, FLOAT, valueAt(slot, j), count * shape.paddedValueDim());
    }

    private long keyAt(int slot, int j) {
        return ((long) slot * shape.capacity() + j) * shape.headDim() * Float.BYTES;
    }

    private long valueAt(int slot, int j) {
        return ((long) slot * shape.capacity() + j) * shape.paddedValueDim() * Float.BYTES;
    }

    @Override
    public void beginTile(int worker, TileScratch tile) {
        MemorySegment.copy(tile.query, 0, scratch[worker].query, FLOAT, 0, tile.rows() * shape.headDim());
    }

    @Override
    public boolean isPerGroup() {
        return false;
    }

    @Override
    public void scores(int worker, TileScratch tile, int block) {
        int from = tile.from();
        int columns = tile.to() - from;
        if (columns <= 0) {
            return;
        }
        MemorySegment scores = scratch[worker].scores;
        cblas.sgemm(
                Order.ROW_MAJOR,
                Transpose.NO_TRANS,
                Transpose.TRANS,
                tile.rows(),
                columns,
                shape.headDim(),
                1,
                scratch[worker].query,
                0,
                shape.headDim(),
                keys,
                keyAt(tile.slot(), block * TileShape.KEYS + from),
                shape.headDim(),
                0,
                scores,
                0,
                shape.blockKeys());
        for (int r = 0; r < tile.rows(); r++) {
            int to = tile.scoresAt + r * TileShape.KEYS + from;
            MemorySegment.copy(scores, FLOAT, (long) r * shape.blockKeys() * Float.BYTES, tile.weights, to, columns);
        }
    }

    @Override
    public void accumulate(int worker, TileScratch tile, int block) {
        int from = tile.from();
        int columns = tile.to() - from;
        if (columns <= 0) {
            return;
        }
        Scratch own = scratch[worker];
        copyWeights(tile, from, tile.to(), own.scores);
        cblas.sgemm(
                Order.ROW_MAJOR,
                Transpose.NO_TRANS,
                Transpose.NO_TRANS,
                tile.rows(),
                shape.paddedValueDim(),
                columns,
                1,
                own.scores,
                0,
                shape.blockKeys(),
                values,
                valueAt(tile.slot(), block * TileShape.KEYS + from),
                shape.paddedValueDim(),
                0,
                own.sums,
                0,
                shape.paddedValueDim());
        for (int r = 0; r < tile.rows(); r++) {
            long at = (long) r * shape.paddedValueDim() * Float.BYTES;
            MemorySegment.copy(own.sums, FLOAT, at, own.row, 0, shape.paddedValueDim());
            tile.add(r, own.row, 0, shape.paddedValueDim());
        }
    }

    private void copyWeights(TileScratch tile, int from, int to, MemorySegment weights) {
        for (int r = 0; r < tile.rows(); r++) {
            int at = r * TileShape.KEYS + from;
            MemorySegment.copy(tile.weights, at, weights, FLOAT, (long) r * shape.blockKeys() * Float.BYTES, to - from);
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
        library.close();
    }
}
