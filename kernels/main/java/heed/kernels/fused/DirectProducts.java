package heed.kernels.fused;

import heed.attention.AttentionCall;
import heed.attention.AttentionSpec;
import heed.attention.KeyLayout;
import heed.kernels.tile.Lanes;
import heed.kernels.tile.RowMath;
import heed.kernels.tile.StoredKernels;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Products with keys and values read where they are stored, for the few rows of decoding: from memory once for all
/// query heads of a group, nothing packed and nothing written but sums.
///
/// Values that are not finite show in the sums of a block, which are then computed again by [CarefulValues].
final class DirectProducts implements TileProducts {
    private static final int CHUNK = DirectOperand.ROWS;

    private final TileShape shape;
    private final KeyLayout layout;
    private final DirectOperand keys;
    private final DirectOperand values;
    private final float[][] sums;
    private final float[][] lanes;
    private @Nullable AttentionCall call;

    DirectProducts(AttentionSpec spec, TileShape shape, DirectKernels kernels, int workers) {
        this.shape = shape;
        layout = spec.keyLayout();
        keys = new DirectOperand(kernels, spec.kvType(), spec.headDim(), workers);
        values = new DirectOperand(kernels, spec.kvType(), spec.valueDim(), workers);
        sums = new float[workers][shape.scratchRows() * shape.valueDim()];
        lanes = new float[workers][StoredKernels.ROWS * StoredKernels.KEYS * Lanes.WIDTH];
    }

    /// Takes in the tensors of a run.
    void bind(AttentionCall bound) {
        call = bound;
        keys.bind(bound.key(), bound.key().rank() - 1);
        values.bind(bound.value(), 3);
    }

    /// Forgets them.
    void release() {
        call = null;
        keys.release();
        values.release();
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
            switch (layout) {
                case KeyLayout.Rows _ -> rowScores(worker, s, block, column, Math.min(CHUNK, end - column));
                case KeyLayout.Panels _ -> panelScores(s, block, column);
            }
        }
    }

    /// Columns that there are keys for.
    private int end(TileScratch s, int block) {
        return Math.min(s.to(), call().kvLen(s.b) - block * TileShape.KEYS);
    }

    private void rowScores(int worker, TileScratch s, int block, int column, int count) {
        long at = call().keyAt(s.b, s.kvHead, block * TileShape.KEYS + column);
        long stride = call().key().stride(2);
        var rows = keys.rows(worker, at, stride, count);
        for (int r = 0; r < s.rows; r += StoredKernels.ROWS) {
            keys.kernel()
                    .rowScores(
                            s.query,
                            r * shape.headDim(),
                            shape.headDim(),
                            rows,
                            keys.at(at),
                            keys.stride(stride),
                            count,
                            s.scores,
                            r * shape.blockKeys() + column,
                            shape.blockKeys(),
                            lanes[worker]);
        }
    }

    private void panelScores(TileScratch s, int block, int column) {
        long at = call().keyPanelAt(s.b, s.kvHead, (block * TileShape.KEYS + column) / StoredKernels.KEYS);
        for (int r = 0; r < s.rows; r += StoredKernels.ROWS) {
            int to = r * shape.blockKeys() + column;
            keys.kernel()
                    .panelScores(
                            s.query,
                            r * shape.headDim(),
                            shape.headDim(),
                            call().key().segment(),
                            at,
                            s.scores,
                            to,
                            shape.blockKeys());
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
        long at = call().valueAt(s.b, s.kvHead, block * TileShape.KEYS + column);
        long stride = call().value().stride(2);
        var rows = values.rows(worker, at, stride, count);
        for (int r = 0; r < s.rows; r += StoredKernels.ROWS) {
            values.kernel()
                    .values(
                            s.weights,
                            r * shape.blockKeys() + column,
                            shape.blockKeys(),
                            rows,
                            values.at(at),
                            values.stride(stride),
                            count,
                            sums[worker],
                            r * shape.valueDim(),
                            shape.valueDim());
        }
    }

    @Override
    public long bytes() {
        long floats = 0;
        for (int n = 0; n < sums.length; n++) {
            floats += sums[n].length + lanes[n].length;
        }
        return Float.BYTES * floats + keys.bytes() + values.bytes();
    }

    @Override
    public void close() {}
}
