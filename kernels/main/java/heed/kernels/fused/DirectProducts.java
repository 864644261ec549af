package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Tensor;
import heed.kernels.tile.DecodeGroup;
import heed.kernels.tile.DecodeKernels;
import heed.kernels.tile.DecodeRow;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RowMath;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.StoredType;
import heed.kernels.tile.Widening;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Products with keys and values as they are stored, for the few rows of decoding: read from memory once for all
/// query heads of a group, in chunks that stay in the first-level cache.
///
/// Values that are not finite show in the sums of a block, which are then computed again by [CarefulValues].
final class DirectProducts implements TileProducts {
    /// Bytes of a chunk, or what a step of the kernels takes if that is more. What is read passes through the
    /// first-level cache beside what is written, which the kernels then find there. With vectors of 512 bits,
    /// chunks of 2 to 4 KiB leave them 17 GB/s of the 24 that a copy alone reaches, one of 16 KiB 11; with
    /// narrower ones what a chunk costs besides weighs more, and 16 KiB are faster by half (Zen 4, 32 KiB).
    private static final int CHUNK_BYTES = Lanes.F.vectorBitSize() == 512 ? 2 << 10 : 16 << 10;

    /// Bytes of a chunk that has been widened, which takes none of the cache's ways to memory, at most.
    private static final int MOST_BYTES = 16 << 10;

    /// Rows of values that are copied at once at least.
    private static final int FEWEST_VALUES = Integer.getInteger("fv", 4);

    private final TileShape shape;
    private final KeyLayout layout;
    private final DirectKernels kernels;
    private final DirectOperand keys;
    private final DirectOperand values;

    /// Keys, values and, of panels, dims of a chunk.
    private final int chunkKeys;

    private final int chunkValues;
    private final int chunkDims;
    private final float[][] sums;
    private final float[][] lanes;

    /// Query rows, and a row of sums, as [Widening#apart] puts their dims; empty where nothing is apart.
    private final float[][] queries;

    private final float[][] apartSums;
    private @Nullable AttentionCall call;

    DirectProducts(AttentionSpec spec, TileShape shape, DirectKernels kernels, int workers) {
        this.shape = shape;
        layout = spec.keyLayout();
        this.kernels = kernels;
        int most = elements(spec.kvType(), kernels.type());
        chunkKeys = Math.max(1, most / spec.headDim() / DecodeGroup.ROW_KEYS) * DecodeGroup.ROW_KEYS;
        chunkValues = Math.max(FEWEST_VALUES, most / spec.valueDim());
        chunkDims = Math.clamp(most / DecodeKernels.KEYS, 1, spec.headDim());
        int keyRoom =
                Math.max(chunkKeys, Math.ceilDiv(DecodeRow.PANELS * DecodeKernels.KEYS * chunkDims, spec.headDim()));
        keys = new DirectOperand(spec.kvType(), kernels.type(), spec.headDim(), keyRoom, workers);
        values = new DirectOperand(spec.kvType(), kernels.type(), spec.valueDim(), chunkValues, workers);
        sums = new float[workers][shape.scratchRows() * shape.valueDim()];
        queries = new float[workers][keys.isApart() ? shape.scratchRows() * shape.headDim() : 0];
        apartSums = new float[workers][values.isApart() ? shape.valueDim() : 0];
        lanes = new float[workers][DecodeGroup.ROWS * DecodeKernels.KEYS * Lanes.WIDTH];
    }

    /// Elements of a chunk of what is stored as `stored` and read as `read`.
    private static int elements(ElementType stored, StoredType read) {
        int copied = stored == ElementType.INT4 ? 2 * CHUNK_BYTES : CHUNK_BYTES / stored.bytes();
        return Math.min(copied, MOST_BYTES / read.bytes());
    }

    /// Takes in the tensors of a run.
    void bind(AttentionCall bound) {
        call = bound;
    }

    /// Forgets them.
    void release() {
        call = null;
    }

    private AttentionCall call() {
        return Objects.requireNonNull(call);
    }

    @Override
    public void beginTile(int worker, TileScratch scratch) {
        int dim = shape.headDim();
        for (int r = 0; keys.isApart() && r < scratch.rows; r++) {
            Widening.apart(scratch.query, r * dim, queries[worker], r * dim, dim);
        }
    }

    @Override
    public boolean isPerGroup() {
        return false;
    }

    @Override
    public void scores(int worker, TileScratch s, int block) {
        int end = end(s, block);
        int step = switch (layout) {
            case KeyLayout.Rows _ -> chunkKeys;
            case KeyLayout.Panels _ -> kernels.next(s.rows).panels() * DecodeKernels.KEYS;
        };
        for (int column = s.from(); column < end; column += step) {
            int count = Math.min(step, end - column);
            switch (layout) {
                case KeyLayout.Rows _ -> rowScores(worker, s, block, column, count);
                case KeyLayout.Panels _ -> panelScores(worker, s, block, column, count);
            }
        }
    }

    /// Columns that there are keys for.
    private int end(TileScratch s, int block) {
        return Math.min(s.to(), call().kvLen(s.b) - block * TileShape.KEYS);
    }

    private void rowScores(int worker, TileScratch s, int block, int column, int count) {
        StoredChunk chunk = readKeys(worker, s, block * TileShape.KEYS + column, count);
        int dim = shape.headDim();
        float[] query = keys.isApart() ? queries[worker] : s.query;
        for (int n = 0; n < count; n += DecodeKernels.KEYS) {
            int some = Math.min(DecodeKernels.KEYS, count - n);
            for (int r = 0, rows; r < s.rows; r += rows) {
                DecodeKernels next = kernels.next(s.rows - r);
                rows = next.rows();
                int to = s.scoresAt + r * TileShape.KEYS + column + n;
                next.rowScores(query, r * dim, dim, chunk, n * dim, some, s.weights, to, lanes[worker]);
            }
        }
    }

    private StoredChunk readKeys(int worker, TileScratch s, int first, int count) {
        Tensor key = call().key();
        for (int n = 0, some; n < count; n += some) {
            int j = first + n;
            some = Math.min(count - n, call().keysTogether(j));
            keys.copyRows(worker, key, call().keyAt(s.b, s.kvHead, j), n, some);
            if (key.type() == ElementType.INT4) {
                keys.copyScales(worker, call().keyScale(), call().keyScaleAt(s.b, s.kvHead, j), n, some);
            }
        }
        return keys.read(worker, count * shape.headDim());
    }

    /// Panels lie one behind the other or apart; each is contiguous, and read some dims at a time.
    private void panelScores(int worker, TileScratch s, int block, int column, int count) {
        int dim = shape.headDim();
        int first = (block * TileShape.KEYS + column) / DecodeKernels.KEYS;
        int panels = Math.ceilDiv(count, DecodeKernels.KEYS);
        for (int from = 0; from < dim; from += chunkDims) {
            int dims = Math.min(chunkDims, dim - from);
            StoredChunk chunk = readPanels(worker, s, first, panels, from, dims);
            for (int r = 0, rows; r < s.rows; r += rows) {
                DecodeKernels next = kernels.next(s.rows - r);
                rows = next.rows();
                int to = s.scoresAt + r * TileShape.KEYS + column;
                next.panelScores(s.query, r * dim, dim, from, dims, chunk, panels, s.weights, to);
            }
        }
    }

    private StoredChunk readPanels(int worker, TileScratch s, int first, int panels, int from, int dims) {
        int length = dims * DecodeKernels.KEYS;
        long skipped = (long) from * DecodeKernels.KEYS * call().key().type().bytes();
        for (int n = 0; n < panels; n++) {
            long at = call().keyPanelAt(s.b, s.kvHead, first + n) + skipped;
            keys.copy(worker, call().key().segment(), at, n * length, length);
        }
        return keys.read(worker, panels * length);
    }

    @Override
    public void accumulate(int worker, TileScratch s, int block) {
        float[] sum = sums[worker];
        int length = s.rows * shape.valueDim();
        Arrays.fill(sum, 0, length, 0);
        int end = end(s, block);
        for (int column = s.from(); column < end; column += chunkValues) {
            addValues(worker, s, block, column, Math.min(chunkValues, end - column));
        }
        if (values.isApart()) {
            putTogether(worker, s, sum);
        }
        if (!RowMath.isFinite(sum, 0, length)) {
            CarefulValues.sum(call(), shape, s, block, s.from(), end, sum);
        }
        for (int r = 0; r < s.rows; r++) {
            s.add(r, sum, r * shape.valueDim(), shape.valueDim());
        }
    }

    private void putTogether(int worker, TileScratch s, float[] sum) {
        float[] row = apartSums[worker];
        for (int r = 0; r < s.rows; r++) {
            System.arraycopy(sum, r * row.length, row, 0, row.length);
            Widening.together(row, 0, sum, r * row.length, row.length);
        }
    }

    private void addValues(int worker, TileScratch s, int block, int column, int count) {
        StoredChunk chunk = readValues(worker, s, block * TileShape.KEYS + column, count);
        int dim = shape.valueDim();
        for (int r = 0, rows; r < s.rows; r += rows) {
            DecodeKernels next = kernels.next(s.rows - r);
            rows = next.rows();
            next.values(s.weights, r * TileShape.KEYS + column, chunk, count, sums[worker], r * dim, dim);
        }
    }

    private StoredChunk readValues(int worker, TileScratch s, int first, int count) {
        Tensor value = call().value();
        for (int n = 0, some; n < count; n += some) {
            int j = first + n;
            some = Math.min(count - n, call().keysTogether(j));
            values.copyRows(worker, value, call().valueAt(s.b, s.kvHead, j), n, some);
            if (value.type() == ElementType.INT4) {
                values.copyScales(worker, call().valueScale(), call().valueScaleAt(s.b, s.kvHead, j), n, some);
            }
        }
        return values.read(worker, count * shape.valueDim());
    }

    @Override
    public long bytes() {
        long floats = 0;
        for (int n = 0; n < sums.length; n++) {
            floats += sums[n].length + lanes[n].length + queries[n].length + apartSums[n].length;
        }
        return Float.BYTES * floats + keys.bytes() + values.bytes();
    }

    @Override
    public void close() {}
}
