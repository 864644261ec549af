package heed.blas;

import heed.kernels.fused.PackedProducts;
import heed.kernels.fused.TileScratch;
import heed.kernels.fused.TileShape;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.Narrowing;
import heed.kernels.tile.RowMath;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// The products of a tile by oneDNN, bf16 times bf16 into f32, over keys and values in rows off the heap.
///
/// ```
/// scores  [rows, columns] f32  =  query [rows, keyDim] bf16     · keyᵀ  [keyDim, columns] bf16
/// sums    [rows, dims]    f32  =  weights [rows, columns] bf16  · value [columns, dims] bf16
/// ```
///
/// Keys and values are stored as bf16, so that packing them again rounds nothing; weights are rounded here. The
/// sums of a block are multiplied by what its weights sum to over what the rounded ones do: so a row that sees
/// one value gets it as it is, and with `o` what the block's weights make of its values, rounding by shares `δ`
/// leaves an error of `Σ p δ (v − o)`, at most `2⁻⁸ · max|V|`.
///
/// The library puts pairs of rows side by side by itself, which costs 5 % of a product of 96 rows.
///
/// A product is compiled for one number of columns. So there is one for each number of whole strips of [#STRIP]
/// columns that a block may have, and a tile takes those strips that some row of it sees; the same for every row.
final class OneDnnProducts implements PackedProducts {
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

    /// Columns of a strip, whole panels whatever the width of a vector: as many as the library's kernel computes at
    /// once.
    private static final int STRIP = 64;

    private final TileShape shape;
    private final Arena arena;
    /// Elements of a key as it lies here: pairs, the last filled up with zero.
    private final int keyDim;

    private final MemorySegment keys;
    private final MemorySegment values;
    private final Worker[] workers;
    private final long bytes;

    /// What one thread computes with; the products are by strips, less one.
    private record Worker(
            MemorySegment query,
            MemorySegment scores,
            MemorySegment weights,
            MemorySegment sums,
            MemorySegment scratch,
            float[] row,
            float[] lanes,
            float[] corrections,
            MatrixProduct.Call[] scoring,
            MatrixProduct.Call[] summing) {
        long bytes() {
            return query.byteSize()
                    + scores.byteSize()
                    + weights.byteSize()
                    + sums.byteSize()
                    + scratch.byteSize()
                    + (long) (row.length + lanes.length + corrections.length) * Float.BYTES;
        }
    }

    /// Products in tiles of `shape`; what was made is freed if the rest cannot be.
    static OneDnnProducts create(Dnnl dnnl, TileShape shape, int slots, int workers) {
        Arena arena = Arena.ofShared();
        try {
            return dnnl.alone(() -> new OneDnnProducts(dnnl, shape, slots, workers, arena));
        } catch (RuntimeException | Error failure) {
            arena.close();
            throw failure;
        }
    }

    private OneDnnProducts(Dnnl dnnl, TileShape shape, int slots, int workers, Arena arena) {
        this.shape = shape;
        this.arena = arena;
        keyDim = roundUp(shape.headDim(), 2);
        keys = zeros((long) slots * capacity() * keyDim * Short.BYTES);
        values = zeros((long) slots * capacity() * shape.paddedValueDim() * Short.BYTES);
        MatrixProduct[] scoring = products(columns -> scoring(dnnl, columns));
        MatrixProduct[] summing = products(columns -> summing(dnnl, columns));
        long scratch = Math.max(largestScratch(scoring), largestScratch(summing));
        this.workers = new Worker[workers];
        for (int n = 0; n < workers; n++) {
            this.workers[n] = worker(dnnl, scoring, summing, scratch);
        }
        bytes = keys.byteSize()
                + values.byteSize()
                + Arrays.stream(this.workers).mapToLong(Worker::bytes).sum();
    }

    private interface OfColumns {
        MatrixProduct of(int columns);
    }

    private MatrixProduct[] products(OfColumns making) {
        MatrixProduct[] products = new MatrixProduct[blockColumns() / STRIP];
        Arrays.setAll(products, n -> making.of((n + 1) * STRIP));
        return products;
    }

    private MatrixProduct scoring(Dnnl dnnl, int columns) {
        return new MatrixProduct(
                dnnl,
                arena,
                StridedMatrix.bf16(shape.rows(), keyDim, keyDim, 1),
                StridedMatrix.bf16(keyDim, columns, 1, keyDim),
                StridedMatrix.f32(shape.rows(), columns, blockColumns(), 1));
    }

    private MatrixProduct summing(Dnnl dnnl, int columns) {
        int dim = shape.paddedValueDim();
        return new MatrixProduct(
                dnnl,
                arena,
                StridedMatrix.bf16(shape.rows(), columns, blockColumns(), 1),
                StridedMatrix.bf16(columns, dim, dim, 1),
                StridedMatrix.f32(shape.rows(), dim, dim, 1));
    }

    private static long largestScratch(MatrixProduct[] products) {
        return Arrays.stream(products)
                .mapToLong(MatrixProduct::scratchBytes)
                .max()
                .orElse(0);
    }

    private Worker worker(Dnnl dnnl, MatrixProduct[] scoring, MatrixProduct[] summing, long scratchBytes) {
        long rows = shape.rows();
        MemorySegment stream = dnnl.stream(arena);
        MemorySegment query = zeros(rows * keyDim * Short.BYTES);
        MemorySegment scores = zeros(rows * blockColumns() * Float.BYTES);
        MemorySegment weights = zeros(rows * blockColumns() * Short.BYTES);
        MemorySegment sums = zeros(rows * shape.paddedValueDim() * Float.BYTES);
        MemorySegment scratch = zeros(scratchBytes);
        return new Worker(
                query,
                scores,
                weights,
                sums,
                scratch,
                new float[shape.paddedValueDim()],
                new float[2 * Lanes.WIDTH],
                new float[shape.rows()],
                calls(scoring, product -> product.call(arena, stream, query, scores, scratch)),
                calls(summing, product -> product.call(arena, stream, weights, sums, scratch)));
    }

    private interface Calling {
        MatrixProduct.Call of(MatrixProduct product);
    }

    private static MatrixProduct.Call[] calls(MatrixProduct[] products, Calling calling) {
        return Arrays.stream(products).map(calling::of).toArray(MatrixProduct.Call[]::new);
    }

    /// Zeroed, since the values past a sequence's last key are multiplied by weights of zero.
    private MemorySegment zeros(long count) {
        return arena.allocate(Math.max(1, count), 64);
    }

    private static int roundUp(int n, int unit) {
        return (n + unit - 1) / unit * unit;
    }

    /// Columns of a block, whole strips.
    private int blockColumns() {
        return roundUp(shape.blockKeys(), STRIP);
    }

    /// Keys of a slot, the last strip filled up.
    private int capacity() {
        return roundUp(shape.capacity(), STRIP);
    }

    @Override
    public void packKeys(int slot, int j, int count, float[] rows) {
        int dim = shape.headDim();
        if (dim == keyDim) {
            Narrowing.bf16(rows, 0, count * dim, keys, keyAt(slot, j));
            return;
        }
        for (int n = 0; n < count; n++) {
            Narrowing.bf16(rows, n * dim, dim, keys, keyAt(slot, j + n));
        }
    }

    @Override
    public void packValues(int slot, int j, int count, float[] rows) {
        Narrowing.bf16(rows, 0, count * shape.paddedValueDim(), values, valueAt(slot, j));
    }

    private long keyAt(int slot, int j) {
        return ((long) slot * capacity() + j) * keyDim * Short.BYTES;
    }

    private long valueAt(int slot, int j) {
        return ((long) slot * capacity() + j) * shape.paddedValueDim() * Short.BYTES;
    }

    @Override
    public void beginTile(int worker, TileScratch tile) {
        for (int r = 0; r < tile.rows(); r++) {
            int dim = shape.headDim();
            Narrowing.bf16(tile.query, r * dim, dim, workers[worker].query, (long) r * keyDim * Short.BYTES);
        }
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
        Worker own = workers[worker];
        int strip = from / STRIP * STRIP;
        own.scoring[strips(tile) - 1].run(keys, keyAt(tile.slot(), block * TileShape.KEYS + strip));
        for (int r = 0; r < tile.rows(); r++) {
            long at = ((long) r * blockColumns() + from - strip) * Float.BYTES;
            MemorySegment.copy(own.scores, FLOAT, at, tile.weights, tile.scoresAt + r * TileShape.KEYS + from, columns);
        }
    }

    private static int strips(TileScratch tile) {
        return Math.ceilDiv(tile.to(), STRIP) - tile.from() / STRIP;
    }

    @Override
    public void accumulate(int worker, TileScratch tile, int block) {
        int from = tile.from();
        if (tile.to() <= from) {
            return;
        }
        Worker own = workers[worker];
        int strip = from / STRIP * STRIP;
        narrowWeights(tile, strips(tile) * STRIP, own);
        own.summing[strips(tile) - 1].run(values, valueAt(tile.slot(), block * TileShape.KEYS + strip));
        for (int r = 0; r < tile.rows(); r++) {
            long at = (long) r * shape.paddedValueDim() * Float.BYTES;
            MemorySegment.copy(own.sums, FLOAT, at, own.row, 0, shape.paddedValueDim());
            RowMath.scale(own.row, 0, own.corrections[r], shape.paddedValueDim());
            tile.add(r, own.row, 0, shape.paddedValueDim());
        }
    }

    /// Rounds weights into whole strips, with zeros where no row sees anything.
    private void narrowWeights(TileScratch tile, int width, Worker own) {
        int from = tile.from();
        int columns = tile.to() - from;
        int lead = from % STRIP;
        for (int r = 0; r < tile.rows(); r++) {
            long at = (long) r * blockColumns() * Short.BYTES;
            if (columns < width) {
                own.weights.asSlice(at, (long) width * Short.BYTES).fill((byte) 0);
            }
            long to = at + (long) lead * Short.BYTES;
            own.corrections[r] =
                    Narrowing.weights(tile.weights, r * TileShape.KEYS + from, columns, own.weights, to, own.lanes);
        }
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
