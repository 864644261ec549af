package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.ElementType;
import heed.attention.KeyLayout;
import heed.attention.Tensor;
import heed.kernels.tile.DecodeGroup;
import heed.kernels.tile.DecodeKernels;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RowMath;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.Widening;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Products with keys and values as they are stored, for the few rows of decoding: read from memory once for all
/// query heads of a group, in chunks that stay in the first-level cache.
///
/// Values that are not finite show in the sums of a block, which are then computed again by [CarefulValues].
final class DirectProducts implements TileProducts {
    /// Keys and values that are copied at once: some KiB, whole panels.
    private static final int CHUNK = Math.max(32, DecodeKernels.KEYS);

    private final TileShape shape;
    private final KeyLayout layout;
    private final DirectKernels kernels;
    private final DirectOperand keys;
    private final DirectOperand values;
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
        keys = new DirectOperand(spec.kvType(), kernels.type(), spec.headDim(), CHUNK, workers);
        values = new DirectOperand(spec.kvType(), kernels.type(), spec.valueDim(), CHUNK, workers);
        sums = new float[workers][shape.scratchRows() * shape.valueDim()];
        queries = new float[workers][keys.isApart() ? shape.scratchRows() * shape.headDim() : 0];
        apartSums = new float[workers][values.isApart() ? shape.valueDim() : 0];
        lanes = new float[workers][DecodeGroup.ROWS * DecodeKernels.KEYS * Lanes.WIDTH];
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
        for (int column = s.from(); column < end; column += CHUNK) {
            int count = Math.min(CHUNK, end - column);
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

    /// Panels lie one behind the other or apart; each is contiguous.
    private void panelScores(int worker, TileScratch s, int block, int column, int count) {
        int dim = shape.headDim();
        int first = (block * TileShape.KEYS + column) / DecodeKernels.KEYS;
        int panels = Math.ceilDiv(count, DecodeKernels.KEYS);
        int length = DecodeKernels.KEYS * dim;
        for (int n = 0; n < panels; n++) {
            long at = call().keyPanelAt(s.b, s.kvHead, first + n);
            keys.copy(worker, call().key().segment(), at, n * length, length);
        }
        StoredChunk chunk = keys.read(worker, panels * length);
        for (int r = 0, rows; r < s.rows; r += rows) {
            DecodeKernels next = kernels.next(s.rows - r);
            rows = next.rows();
            next.panelScores(s.query, r * dim, dim, chunk, panels, s.weights, s.scoresAt + r * TileShape.KEYS + column);
        }
    }

    @Override
    public void accumulate(int worker, TileScratch s, int block) {
        float[] sum = sums[worker];
        int length = s.rows * shape.valueDim();
        Arrays.fill(sum, 0, length, 0);
        int end = end(s, block);
        for (int column = s.from(); column < end; column += CHUNK) {
            addValues(worker, s, block, column, Math.min(CHUNK, end - column));
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
