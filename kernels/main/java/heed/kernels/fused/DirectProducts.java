package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.attention.Tensor;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RowMath;
import heed.kernels.tile.StoredChunk;
import heed.kernels.tile.StoredKernels;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Products with keys and values as they are stored, for the few rows of decoding: read from memory once for all
/// query heads of a group, in chunks that stay in the first-level cache, and converted in registers.
///
/// Values that are not finite show in the sums of a block, which are then computed again by [CarefulValues].
final class DirectProducts implements TileProducts {
    /// Keys and values that are copied at once: some KiB, whole panels.
    private static final int CHUNK = Math.max(32, StoredKernels.KEYS);

    private final TileShape shape;
    private final KeyLayout layout;
    private final StoredKernels kernels;
    private final DirectOperand keys;
    private final DirectOperand values;
    private final float[][] sums;
    private final float[][] lanes;
    private @Nullable AttentionCall call;

    DirectProducts(AttentionSpec spec, TileShape shape, DirectOperand.Kind kind, int workers) {
        this.shape = shape;
        layout = spec.keyLayout();
        kernels = kind.kernels();
        keys = new DirectOperand(kind.type(), spec.headDim(), CHUNK, workers);
        values = new DirectOperand(kind.type(), spec.valueDim(), CHUNK, workers);
        sums = new float[workers][shape.scratchRows() * shape.valueDim()];
        lanes = new float[workers][StoredKernels.ROWS * StoredKernels.KEYS * Lanes.WIDTH];
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
    public void beginTile(int worker, TileScratch scratch) {}

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
        Tensor key = call().key();
        long at = call().keyAt(s.b, s.kvHead, block * TileShape.KEYS + column);
        StoredChunk chunk = keys.rows(worker, key, at, key.stride(2), count);
        int dim = shape.headDim();
        for (int n = 0; n < count; n += StoredKernels.KEYS) {
            int some = Math.min(StoredKernels.KEYS, count - n);
            for (int r = 0; r < s.rows; r += StoredKernels.ROWS) {
                int to = s.scoresAt + r * TileShape.KEYS + column + n;
                kernels.rowScores(
                        s.query, r * dim, dim, chunk, n * dim, some, s.weights, to, TileShape.KEYS, lanes[worker]);
            }
        }
    }

    /// Panels lie one behind the other or apart; each is contiguous.
    private void panelScores(int worker, TileScratch s, int block, int column, int count) {
        int dim = shape.headDim();
        for (int n = 0; n < count; n += StoredKernels.KEYS) {
            int panel = (block * TileShape.KEYS + column + n) / StoredKernels.KEYS;
            long at = call().keyPanelAt(s.b, s.kvHead, panel);
            StoredChunk chunk = keys.contiguous(worker, call().key(), at, StoredKernels.KEYS * dim);
            for (int r = 0; r < s.rows; r += StoredKernels.ROWS) {
                int to = s.scoresAt + r * TileShape.KEYS + column + n;
                kernels.panelScores(s.query, r * dim, dim, chunk, 0, s.weights, to, TileShape.KEYS);
            }
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
        if (!RowMath.isFinite(sum, 0, length)) {
            CarefulValues.sum(call(), shape, s, block, s.from(), end, sum);
        }
        for (int r = 0; r < s.rows; r++) {
            s.add(r, sum, r * shape.valueDim(), shape.valueDim());
        }
    }

    private void addValues(int worker, TileScratch s, int block, int column, int count) {
        Tensor value = call().value();
        long at = call().valueAt(s.b, s.kvHead, block * TileShape.KEYS + column);
        StoredChunk chunk = values.rows(worker, value, at, value.stride(2), count);
        int dim = shape.valueDim();
        for (int r = 0; r < s.rows; r += StoredKernels.ROWS) {
            int from = r * TileShape.KEYS + column;
            kernels.values(s.weights, from, TileShape.KEYS, chunk, count, sums[worker], r * dim, dim);
        }
    }

    @Override
    public long bytes() {
        long floats = 0;
        for (int n = 0; n < sums.length; n++) {
            floats += sums[n].length + lanes[n].length;
        }
        return Float.BYTES * floats + keys.bytes(CHUNK) + values.bytes(CHUNK);
    }

    @Override
    public void close() {}
}
